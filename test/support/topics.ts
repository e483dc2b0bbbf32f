import type { Redis } from 'ioredis';
import type { Caller } from '../../src/common/caller.js';
import { AppError } from '../../src/common/errors.js';
import { newId } from '../../src/common/id.js';
import { newEpoch } from '../../src/events/epoch.js';
import type { ChangeEvent, TopicKeys, TopicSource } from '../../src/events/topic-source.js';
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

/** Topics `room:{name}`; `secret` is for nobody, and `changed` counts how often it is loaded. */
export class RoomSource implements TopicSource {
  readonly pattern = 'room:';
  loads = 0;
  readonly changed: ChangeEvent = {
    type: 'room.changed',
    intervalMs: 250,
    load: (name) => Promise.resolve({ name, loads: ++this.loads }),
  };

  keys = roomKeys;

  authorize(_caller: Caller, name: string): Promise<void> {
    return name === 'secret' ? Promise.reject(new AppError('forbidden')) : Promise.resolve();
  }

  snapshot(_caller: Caller, name: string): Promise<unknown> {
    return Promise.resolve({ stateOf: name });
  }
}

export class UserSource implements TopicSource {
  readonly pattern = 'user';

  keys(_name: string, caller: Caller): TopicKeys {
    return userKeys(caller.userId);
  }

  authorize(): Promise<void> {
    return Promise.resolve();
  }

  snapshot(caller: Caller): Promise<unknown> {
    return Promise.resolve({ userId: caller.userId });
  }
}
