import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EventBus } from '../../src/events/event-bus.js';
import type { EventServer } from '../../src/events/event-socket.js';
import { call } from '../../src/redis/script-runner.js';
import { sized } from '../support/drill.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { TopicClient } from '../support/topic-client.js';
import { appendScript, roomKeys } from '../support/topics.js';
import { waitUntil } from '../support/wait-until.js';

const COUNT = sized({ short: 20_000, whole: 100_000 });
const AT_ONCE = 50;
/** How far readers may be behind before more is told: a room is told no faster than it can hear. */
const BEHIND = 1_000;
const MOST_BYTES = 5_000_000;
const CUT_WITHIN_MS = 10_000;
const DATA = 'x'.repeat(1_000);
const HOUR_MS = 3_600_000;

let store: TestRedis;
let live: LiveApp;
beforeAll(async () => {
  store = await startTestRedis();
  live = await startLiveApp(store.config);
});
afterAll(async () => {
  await live.app.close();
  await store.stop();
});

const keys = roomKeys('busy');
const connect = async (name: string) => {
  const client = await new TopicClient(live.url, `${name}/${name}`).connected();
  await client.subscribe('room:busy');
  return client;
};
const tellSome = async () =>
  await store.scripts.runAll(
    Array.from({ length: AT_ONCE }, () => call(appendScript, { keys, type: 'made', data: DATA })),
  );

/** What the server holds for a client: packets that wait, and what the network has not taken of those under way. */
function heldFor(client: TopicClient): () => number {
  const server = Reflect.get(live.app.get(EventBus), 'server') as EventServer;
  const connection = server.sockets.sockets.get(String(client.socket.id))?.conn;
  if (!connection) throw new Error('The server does not know this client');
  const webSocket = Reflect.get(connection.transport, 'socket') as { bufferedAmount: number };
  const waiting = () =>
    (Reflect.get(connection, 'writeBuffer') as { data?: unknown }[]).reduce(
      (sum, { data }) => sum + (typeof data === 'string' ? data.length : 0),
      0,
    );
  return () => waiting() + webSocket.bufferedAmount;
}

it(
  `holds at most 5 MB for a reader that stops, of ${COUNT} events that all others hear`,
  async () => {
    const readers = [await connect('ann'), await connect('bob'), await connect('cid')];
    const stopped = await connect('deaf');
    const held = heldFor(stopped);
    const connections = () =>
      (Reflect.get(live.app.get(EventBus), 'server') as EventServer).sockets.sockets.size;
    stopped.stopReading();
    const stoppedAt = performance.now();
    let [most, cutAfterMs] = [0, Infinity];
    for (let told = 0; told < COUNT; told += AT_ONCE) {
      await tellSome();
      if (cutAfterMs === Infinity) {
        most = Math.max(most, held());
        if (connections() === readers.length) cutAfterMs = performance.now() - stoppedAt;
      }
      await waitUntil('the readers keep up', () =>
        readers.every(({ heard }) => heard.length > told - BEHIND),
      );
    }
    for (const reader of readers) await reader.hearsUpTo('room:busy', COUNT);
    const all = Array.from({ length: COUNT }, (_none, index) => index + 1);
    for (const reader of readers) expect(reader.seqs('room:busy')).toEqual(all);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(MOST_BYTES);
    expect(cutAfterMs).toBeLessThanOrEqual(CUT_WITHIN_MS);
    console.info(
      `${COUNT} events to ${readers.length} readers; for the one that stopped ${(most / 1e6).toFixed(1)} MB at most, cut after ${(cutAfterMs / 1_000).toFixed(1)} s`,
    );
    for (const client of [...readers, stopped]) client.close();
  },
  HOUR_MS,
);
