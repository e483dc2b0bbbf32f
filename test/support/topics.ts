import type { Redis } from 'ioredis';
import { ApiProperty } from '@nestjs/swagger';
import type { Caller } from '../../src/common/caller.js';
import { AppError } from '../../src/common/errors.js';
import { newId } from '../../src/common/id.js';
import { newEpoch } from '../../src/events/epoch.js';
import { userTopic } from '../../src/events/user.topic.js';
import type { ServerEvent, TopicKind } from '../../src/events/server-event.js';
import type { ChangeEvent, Listening, TopicKeys, TopicSource } from '../../src/events/topic-source.js';
import type { Key } from '../../src/redis/key.js';
import { keys } from '../../src/redis/keys.js';
import { luaScript } from '../../src/redis/lua-script.js';

export const appendScript = luaScript<{ keys: TopicKeys; type: string; data: unknown }, number>({
  url: new URL('./lua/append.lua', import.meta.url),
  keys: (input) => [input.keys.topic, input.keys.stream],
  args: ({ type, data }) => [newEpoch(), newId(), type, JSON.stringify(data)],
  reply: Number,
});

export const hintScript = luaScript<{ stream: Key; type: string }, null>({
  url: new URL('./lua/hint.lua', import.meta.url),
  keys: ({ stream }) => [stream],
  args: ({ type }) => [newId(), type],
  reply: () => null,
});

export const roomKeys = (name: string): TopicKeys => ({
  topic: keys.events.boardTopic(name),
  stream: keys.events.boardStream(name),
});

export const userKeys = (userId: string): TopicKeys => ({
  topic: keys.events.userTopic(userId),
  stream: keys.events.userStream(userId),
});

/** What a topic's stream holds, the oldest first. */
export async function heldEvents(redis: Redis, stream: Key): Promise<{ type: string; data: unknown }[]> {
  return (await redis.xrange(stream, '-', '+')).map(([, fields]) => {
    const at = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
    return { type: at('type'), data: JSON.parse(at('data')) as unknown };
  });
}

class RoomChanged {
  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'integer' })
  loads: number;
}

export class RoomState {
  @ApiProperty()
  stateOf: string;
}

class UserState {
  @ApiProperty()
  userId: string;
}

const roomTopic: TopicKind = { pattern: 'room:{name}', summary: 'A room', example: 'room:a' };

const roomChanged: ServerEvent<RoomChanged> = {
  name: 'room.changed',
  topic: roomTopic,
  summary: 'How often the room was loaded',
  transient: true,
  data: RoomChanged,
  example: { name: 'a', loads: 1 },
};

/** Topics `room:{name}`; `secret` is for nobody, none is for who is barred, and `changed` counts how often it is loaded. */
export class RoomSource implements TopicSource<RoomState> {
  readonly kind = roomTopic;
  readonly events = [roomChanged];
  readonly snapshotType = RoomState;
  /** Ids of users. */
  readonly barred = new Set<string>();
  /** For each time that it was asked who may still hear what, of how many. */
  readonly asked: number[] = [];
  loads = 0;
  readonly changed: ChangeEvent<RoomChanged> = {
    event: roomChanged,
    intervalMs: 250,
    load: (name) => Promise.resolve({ name, loads: ++this.loads }),
  };

  keys = roomKeys;

  authorize({ userId }: Caller, name: string): Promise<void> {
    const isOpen = name !== 'secret' && !this.barred.has(userId);
    return isOpen ? Promise.resolve() : Promise.reject(new AppError('forbidden'));
  }

  stillAllowed(all: Listening[]): Promise<boolean[]> {
    this.asked.push(all.length);
    return Promise.resolve(all.map(({ caller }) => !this.barred.has(caller.userId)));
  }

  snapshot(_caller: Caller, name: string): Promise<RoomState> {
    return Promise.resolve({ stateOf: name });
  }
}

export class UserSource implements TopicSource<UserState> {
  readonly kind = userTopic;
  readonly events = [];
  readonly snapshotType = UserState;

  keys(_name: string, caller: Caller): TopicKeys {
    return userKeys(caller.userId);
  }

  authorize(): Promise<void> {
    return Promise.resolve();
  }

  snapshot(caller: Caller): Promise<UserState> {
    return Promise.resolve({ userId: caller.userId });
  }
}
