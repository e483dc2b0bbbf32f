import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseNotice } from '../../src/events/event-envelope.js';
import { readTopic, type Position, type Reading } from '../../src/events/events.scripts.js';
import { startTestRedis, whenReady, type TestRedis } from '../support/redis.js';
import { appendScript, hintScript, roomKeys } from '../support/topics.js';
import { waitUntil } from '../support/wait-until.js';

const keys = roomKeys('global');
const NEWEST = Number.MAX_SAFE_INTEGER;

describe('a topic in Redis', () => {
  let store: TestRedis;
  const append = async (n = 1) => {
    for (let i = 0; i < n; i += 1) await store.scripts.run(appendScript, { keys, type: 'made', data: { i } });
  };
  const read = async (since: number, seen?: Position): Promise<Reading> =>
    await store.scripts.run(readTopic, { keys, seen, since });

  beforeAll(async () => void (store = await startTestRedis()));
  beforeEach(async () => {
    await store.redis.flushall();
  });
  afterAll(async () => await store.stop());

  it('opens at seq 0 and keeps its epoch', async () => {
    const first = await read(NEWEST);
    expect(first).toMatchObject({ seq: 0, events: [] });
    await append();
    expect(await read(NEWEST)).toEqual({ epoch: first.epoch, seq: 1, events: [] });
  });

  it('numbers events from 1 without gaps and reads those after a position', async () => {
    await append(5);
    const { seq, events } = await read(2);
    expect(seq).toBe(5);
    expect(events.map((event) => event.seq)).toEqual([3, 4, 5]);
    expect(events[0]).toMatchObject({ type: 'made', data: '{"i":2}' });
    expect(Math.abs(Date.now() - (events[0]?.tsMs ?? 0))).toBeLessThan(60_000);
  });

  it('holds some thousand events and lets both keys expire together', async () => {
    await append(1_300);
    const { events } = await read(0);
    expect(events.length).toBeGreaterThanOrEqual(1_000);
    expect(events.length).toBeLessThan(1_200);
    const [topicMs, streamMs] = [await store.redis.pttl(keys.topic), await store.redis.pttl(keys.stream)];
    expect(topicMs).toBeGreaterThan(6 * 24 * 3_600_000);
    expect(Math.abs(topicMs - streamMs)).toBeLessThan(1_000);
  });

  it('begins another epoch when its stream was lost, and reads that from its beginning', async () => {
    await append(3);
    const { epoch } = await read(NEWEST);
    await store.redis.del(keys.stream);
    await append(2);
    const reading = await read(3, { epoch, seq: 3 });
    expect(reading.epoch).not.toBe(epoch);
    expect(reading.events.map((event) => event.seq)).toEqual([1, 2]);
  });

  it('begins another epoch when Redis came back with less than a process has seen', async () => {
    await append(3);
    const { epoch } = await read(NEWEST);
    const reading = await read(5, { epoch, seq: 5 });
    expect(reading).toMatchObject({ seq: 0, events: [] });
    expect(reading.epoch).not.toBe(epoch);
  });

  it('is not reset by a position that only a client claims', async () => {
    await append(3);
    const { epoch } = await read(NEWEST);
    expect(await read(1_000_000)).toEqual({ epoch, seq: 3, events: [] });
  });

  it('tells each event and each hint on the channel of its stream', async () => {
    const subscriber = await whenReady(store.connections.subscriber());
    const messages: string[] = [];
    subscriber.on('message', (_channel: string, message: string) => messages.push(message));
    await subscriber.subscribe(keys.stream);
    await append();
    await store.scripts.run(hintScript, { stream: keys.stream, type: 'changed' });
    await waitUntil('both are heard', () => messages.length === 2);
    const [event, hint] = messages.map(parseNotice);
    expect(event).toMatchObject({ type: 'made', seq: 1, data: '{"i":0}' });
    expect(hint).toMatchObject({ type: 'changed', epoch: null, seq: null, data: null });
    expect(hint?.tsMs).toBeGreaterThan(1e12);
  });
});
