import { luaScript } from '../redis/lua-script.js';
import { newEpoch } from './epoch.js';
import type { TopicEvent } from './event-envelope.js';
import type { TopicKeys } from './topic-source.js';

export interface Position {
  epoch: string;
  seq: number;
}

export interface ReadTopic {
  keys: TopicKeys;
  /** How far this process has followed the topic; never what a client claims. */
  seen: Position | undefined;
  /** Events after this seq are wanted; of another epoch than the one seen, all. */
  since: number;
}

export interface Reading extends Position {
  events: TopicEvent[];
}

export const readTopic = luaScript<ReadTopic, Reading>({
  url: new URL('./lua/read.lua', import.meta.url),
  keys: ({ keys }) => [keys.topic, keys.stream],
  args: ({ seen, since }) => [newEpoch(), seen?.epoch ?? '', seen?.seq ?? -1, since],
  reply: (raw) => {
    const [epoch, seq, entries] = raw as [string, number, [string, string[]][]];
    return { epoch, seq, events: entries.map((entry) => eventOf(epoch, entry)) };
  },
});

// appendEvent writes the fields in this order.
function eventOf(epoch: string, [entryId, fields]: [string, string[]]): TopicEvent {
  const [, id = '', , type = '', , ts, , data = 'null'] = fields;
  return { id, type, epoch, seq: Number.parseInt(entryId, 10), tsMs: Number(ts), data };
}

/** What Redis holds of a topic whose events PostgreSQL has numbered. */
export interface Held {
  /** Undefined when Redis does not know the topic. */
  seq: number | undefined;
  events: TopicEvent[];
}

export const readHeld = luaScript<{ keys: TopicKeys; epoch: string; since: number; limit: number }, Held>({
  url: new URL('./lua/read-held.lua', import.meta.url),
  keys: ({ keys }) => [keys.topic, keys.stream],
  args: ({ since, limit }) => [since, limit],
  reply: (raw, { epoch }) => {
    const [seq, entries] = raw as [number, [string, string[]][]];
    return { seq: seq < 0 ? undefined : seq, events: entries.map((entry) => eventOf(epoch, entry)) };
  },
});

export interface AppendNext {
  keys: TopicKeys;
  epoch: string;
  /** Where a topic begins that Redis does not hold: after this seq. */
  base: number;
  events: TopicEvent[];
  /** Of entries that must not be read any more. */
  outdated?: number[];
  /** Whether no earlier entry may be read any more. */
  forget?: boolean;
}

export const appendNext = luaScript<AppendNext, number>({
  url: new URL('./lua/append-next.lua', import.meta.url),
  keys: ({ keys }) => [keys.topic, keys.stream],
  args: ({ epoch, base, events, outdated = [], forget = false }) => [
    ...[epoch, base, forget ? 1 : 0, outdated.length, ...outdated],
    ...events.flatMap(({ seq, id, type, tsMs, data }) => [seq, id, type, tsMs, data]),
  ],
  reply: Number,
});
