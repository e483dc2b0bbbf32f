import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Subscription } from '../../src/events/subscribe.dto.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { TopicClient } from '../support/topic-client.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { appendScript, roomKeys } from '../support/topics.js';
import { waitUntil } from '../support/wait-until.js';

const keys = roomKeys('a');
const seqsUpTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('events over two processes', () => {
  let store: TestRedis;
  let nodes: LiveApp[] = [];
  let clients: TopicClient[] = [];
  const append = async (n: number) => {
    for (let i = 0; i < n; i += 1) await store.scripts.run(appendScript, { keys, type: 'made', data: { i } });
  };
  const connect = async (node: number) => {
    const client = await new TopicClient(nodes[node]?.url ?? '', `ann/s${clients.length}`).connected();
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    store = await startTestRedis();
    nodes = [await startLiveApp(store.config), await startLiveApp(store.config)];
  });
  beforeEach(async () => {
    await store.redis.flushall();
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(async () => {
    for (const { app } of nodes) await app.close();
    await store.stop();
  });

  it('delivers the same events with the same seq', async () => {
    const [one, two] = [await connect(0), await connect(1)];
    const [first, second] = [await one.subscribe('room:a'), await two.subscribe('room:a')];
    expect(second.epoch).toBe(first.epoch);
    await append(20);
    for (const client of [one, two]) {
      await client.hearsUpTo('room:a', 20);
      expect(client.seqs('room:a')).toEqual(seqsUpTo(20));
    }
  });

  it('shows each of 1,000 events once and in order to sockets that come in the middle', async () => {
    const { epoch } = await (await connect(0)).subscribe('room:a');
    const watchers = await Promise.all(Array.from({ length: 10 }, async (_, i) => await connect(i % 2)));
    let appended = 0;
    const appending = Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let i = 0; i < 250; i += 1) {
          await append(1);
          appended += 1;
        }
      }),
    );
    const starts = await Promise.all(
      watchers.map(async (watcher, index) => {
        await waitUntil('its turn', () => appended >= index * 80);
        const since = Math.max(0, appended - 40 - index);
        expect(await watcher.subscribe('room:a', since, epoch)).toMatchObject({ recovered: true });
        return since;
      }),
    );
    await appending;
    await Promise.all(
      watchers.map(async (watcher, index) => {
        await watcher.hearsUpTo('room:a', 1_000);
        expect(watcher.seqs('room:a')).toEqual(seqsUpTo(1_000, (starts[index] ?? 0) + 1));
      }),
    );
  });

  it('sends the snapshot before what comes after it', async () => {
    const watcher = await connect(0);
    const appending = append(200);
    const told = await new Promise<{ seq: number; heard: number }>((resolve) =>
      watcher.socket.emit('subscribe', { topic: 'room:a' }, ({ data }: { data: Subscription }) =>
        resolve({ seq: data.seq, heard: watcher.heard.length }),
      ),
    );
    await appending;
    await watcher.hearsUpTo('room:a', 200);
    expect(told.heard).toBe(0);
    expect(watcher.seqs('room:a')).toEqual(seqsUpTo(200, told.seq + 1));
  });

  it('brings what Pub/Sub missed while its connection was killed', async () => {
    const watchers = [await connect(0), await connect(1)];
    for (const watcher of watchers) await watcher.subscribe('room:a');
    for (let round = 0; round < 10; round += 1) {
      await append(10);
      await store.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await append(10);
    }
    for (const watcher of watchers) {
      await watcher.hearsUpTo('room:a', 200);
      expect(watcher.seqs('room:a')).toEqual(seqsUpTo(200));
    }
  });

  it('subscribes while its Pub/Sub connection comes back', async () => {
    const watcher = await connect(0);
    for (let round = 0; round < 9; round += 1) {
      await watcher.subscribe('room:a');
      await store.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await append(1);
      await watcher.ask('unsubscribe', { topic: 'room:a' });
    }
    expect(await watcher.subscribe('room:a')).toMatchObject({ seq: 9 });
  });

  it('brings what Pub/Sub never carried, by comparing with the stream', async () => {
    const watcher = await connect(0);
    await watcher.subscribe('room:a');
    await append(3);
    // As a lost notice: the event is in the stream, and nobody was told.
    await store.redis.xadd(keys.stream, '4-0', 'id', 'x', 'type', 'made', 'ts', '0', 'data', '{}');
    await store.redis.hset(keys.topic, 'seq', 4);
    await watcher.hearsUpTo('room:a', 4);
    expect(watcher.seqs('room:a')).toEqual([1, 2, 3, 4]);
  });

  it('answers unavailable while Redis does not, keeps its sockets, and goes on when it is back', async () => {
    const watcher = await connect(0);
    await watcher.subscribe('room:a');
    await store.server.kill('SIGSTOP');
    const answers = await Promise.all([
      watcher.ask('subscribe', { topic: 'room:b' }),
      watcher.ask('subscribe', { topic: 'room:a', since: 0 }),
    ]);
    await store.server.kill('SIGCONT');
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable', status: 503 } });
    expect(watcher.socket.connected).toBe(true);
    await append(1);
    await watcher.hears('the event', (heard) => heard.length === 1);
    expect(await watcher.subscribe('room:b')).toMatchObject({ seq: 0 });
  });
});
