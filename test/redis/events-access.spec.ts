import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventSocket } from '../../src/events/event-socket.js';
import { hangUp } from '../../src/events/hang-up.js';
import { SocketLifecycle } from '../../src/events/socket-lifecycle.js';
import { TopicAccess } from '../../src/events/topic-access.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { TopicClient } from '../support/topic-client.js';
import { appendScript, roomKeys } from '../support/topics.js';
import { waitUntil } from '../support/wait-until.js';

const HOUR_MS = 3_600_000;
const A = roomKeys('a');

describe('the right to hear a topic', () => {
  let store: TestRedis;
  let nodes: LiveApp[] = [];
  let clients: TopicClient[] = [];
  let access: TopicAccess;

  const connect = async (node: number, user: string) => {
    const client = await new TopicClient(nodes[node]?.url ?? '', `${user}/s${clients.length}`).connected();
    clients.push(client);
    return client;
  };
  const append = async () => await store.scripts.run(appendScript, { keys: A, type: 'made', data: {} });
  const bar = (user: string) => nodes.forEach(({ rooms }) => rooms.barred.add(user));
  const ended = (client: TopicClient) =>
    client.heard.filter(({ type }) => type === 'subscription.ended').map(({ envelope }) => envelope.data);

  beforeAll(async () => {
    store = await startTestRedis();
    // Only what is told counts, but for the last node.
    const told = { accessCheckEveryMs: HOUR_MS, sessionCheckEveryMs: HOUR_MS };
    nodes = [
      await startLiveApp(store.config, told),
      await startLiveApp(store.config, told),
      await startLiveApp(store.config, { accessCheckEveryMs: 200 }),
    ];
    access = new TopicAccess(store.redis);
  });
  beforeEach(async () => {
    await store.redis.flushall();
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
    for (const { rooms, sessions } of nodes) {
      rooms.barred.clear();
      sessions.ended.clear();
    }
  });
  afterAll(async () => {
    for (const { app } of nodes) await app.close();
    await store.stop();
  });

  it('ends when it is revoked, for all sockets of the user on every node, and for nobody else', async () => {
    const ann = [await connect(0, 'ann'), await connect(0, 'ann'), await connect(1, 'ann')];
    const bob = await connect(1, 'bob');
    for (const client of [...ann, bob]) {
      await client.subscribe('room:a');
      await client.subscribe('room:b');
    }
    bar('ann');
    await access.revoke(A.stream, 'ann');
    for (const client of ann) await client.hears('the end', () => ended(client).length > 0);
    await append();
    await bob.hears('the event', () => bob.seqs('room:a').length > 0);
    for (const client of ann) {
      expect(ended(client)).toEqual([{ topic: 'room:a' }]);
      expect(client.seqs('room:a')).toEqual([]);
      expect(await client.ask('subscribe', { topic: 'room:a' })).toMatchObject({
        error: { code: 'forbidden' },
      });
    }
    expect(ended(bob)).toEqual([]);
  });

  it('stays with who has it for another reason, and is asked once a user', async () => {
    const ann = [await connect(0, 'ann'), await connect(0, 'ann')];
    const bob = await connect(0, 'bob');
    for (const client of [...ann, bob]) await client.subscribe('room:a');
    const { asked } = nodes[0]?.rooms ?? { asked: [] };
    asked.length = 0;
    await access.revoke(A.stream, 'ann');
    await waitUntil('it is asked', () => asked.length > 0);
    await access.revokeAll([{ stream: A.stream }]);
    await waitUntil('it is asked of all', () => asked.length > 1);
    expect(asked).toEqual([1, 2]);
    await append();
    for (const client of [...ann, bob])
      await client.hears('the event', () => client.seqs('room:a').length > 0);
  });

  it('ends within the interval when nobody told, and is kept when nobody can say', async () => {
    const ann = await connect(2, 'ann');
    await ann.subscribe('room:a');
    const rooms = nodes[2]?.rooms;
    if (!rooms) throw new Error('three nodes were to start');
    const asks = rooms.stillAllowed.bind(rooms);
    let failures = 0;
    rooms.stillAllowed = () => Promise.reject(new Error(`away, ${(failures += 1)}`));
    bar('ann');
    await waitUntil('it was asked in vain', () => failures > 1);
    expect(ended(ann)).toEqual([]);
    rooms.stillAllowed = asks;
    await ann.hears('the end', () => ended(ann).length > 0);
  });

  it('is asked again when Pub/Sub is back, since revocations may have been missed', async () => {
    const ann = await connect(0, 'ann');
    await ann.subscribe('room:a');
    bar('ann');
    await store.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await ann.hears('the end', () => ended(ann).length > 0);
  });

  it('is asked before anybody is told anew what changed when Pub/Sub is back', async () => {
    const [ann, bob] = [await connect(0, 'ann'), await connect(0, 'bob')];
    for (const client of [ann, bob]) await client.subscribe('room:a');
    const changes = ({ heard }: TopicClient) => heard.filter(({ type }) => type === 'room.changed');
    const rooms = nodes[0]?.rooms;
    if (!rooms) throw new Error('three nodes were to start');
    const asks = rooms.stillAllowed.bind(rooms);
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    let [isAsked, looks] = [false, 0];
    rooms.stillAllowed = async (all) => {
      isAsked = true;
      await asked;
      return await asks(all);
    };
    bar('ann');
    await store.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await waitUntil('it was asked a while ago', () => isAsked && (looks += 1) > 5);
    answer();
    await bob.hears('the change', () => changes(bob).length > 0);
    rooms.stillAllowed = asks;
    expect(ended(ann)).toEqual([{ topic: 'room:a' }]);
    expect(changes(ann)).toEqual([]);
  });

  describe('is asked before what Pub/Sub missed is brought, which is found out', () => {
    /** As a lost notice: the event is in the stream, and nobody was told. */
    const appendUntold = async (seq: number) => {
      await store.redis.xadd(A.stream, `${seq}-0`, 'id', 'x', 'type', 'made', 'ts', '0', 'data', '{}');
      await store.redis.hset(A.topic, 'seq', seq);
    };

    it.each([
      ['by comparing', async () => await Promise.resolve()],
      ['by the next event', append],
      ['by the next to come', async () => await (await connect(0, 'eve')).subscribe('room:a')],
    ])('%s', async (_how, findOut) => {
      const [removed, signedOut, bob] = [
        await connect(0, 'ann'),
        await connect(0, 'cem'),
        await connect(0, 'bob'),
      ];
      for (const client of [removed, signedOut, bob]) await client.subscribe('room:a');
      await append();
      for (const client of [removed, signedOut, bob]) await client.hearsUpTo('room:a', 1);
      bar('ann');
      nodes[0]?.sessions.ended.add('s1');
      await appendUntold(2);
      await findOut();
      await bob.hears('what was missed', () => bob.seqs('room:a').includes(2));
      await removed.hears('the end', () => ended(removed).length > 0);
      await signedOut.disconnected();
      for (const client of [removed, signedOut]) expect(client.seqs('room:a')).toEqual([1]);
    });
  });

  it('is not given when it ends while the subscription is being made', async () => {
    const ann = await connect(0, 'ann');
    const rooms = nodes[0]?.rooms;
    if (!rooms) throw new Error('three nodes were to start');
    const authorize = rooms.authorize.bind(rooms);
    rooms.authorize = async (...asked) => {
      await authorize(...asked);
      bar('ann');
    };
    expect(await ann.ask('subscribe', { topic: 'room:a' })).toMatchObject({ error: { code: 'forbidden' } });
    rooms.authorize = authorize;
    await append();
    const bob = await connect(0, 'bob');
    expect(await bob.subscribe('room:a')).toMatchObject({ seq: 1 });
    expect(ann.seqs('room:a')).toEqual([]);
  });
});

describe('sockets', () => {
  let store: TestRedis;
  let live: LiveApp;
  const seen: string[] = [];

  beforeAll(async () => {
    store = await startTestRedis();
    live = await startLiveApp(store.config);
    const lifecycle = live.app.get(SocketLifecycle);
    const note = (what: string) => (socket: EventSocket) =>
      void seen.push(`${socket.data.caller.userId} ${what}`);
    lifecycle.onConnect(note('came'));
    lifecycle.onDisconnect(note('left'));
  });
  afterAll(async () => {
    await live.app.close();
    await store.stop();
  });

  it('are told when they come and when they leave, each once', async () => {
    const client = await new TopicClient(live.url, 'ann/s1').connected();
    expect(seen).toEqual(['ann came']);
    client.close();
    await waitUntil('it has left', () => seen.length > 1);
    expect(seen).toEqual(['ann came', 'ann left']);
  });

  it('are told of also when they end as they come', async () => {
    seen.length = 0;
    live.app.get(SocketLifecycle).onConnect(hangUp);
    const client = await new TopicClient(live.url, 'eve/s1').connected();
    await waitUntil('it has left', () => seen.length > 1);
    expect(seen).toEqual(['eve came', 'eve left']);
    client.close();
  });
});
