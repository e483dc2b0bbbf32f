import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { Manager } from 'socket.io-client';
import { keys } from '../../src/redis/keys.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { TopicClient } from '../support/topic-client.js';
import { startTestRedis, testConfig, type TestRedis } from '../support/redis.js';
import { appendScript, roomKeys } from '../support/topics.js';

describe('the gateway', () => {
  let store: TestRedis;
  let nodes: LiveApp[] = [];
  let clients: TopicClient[] = [];
  const url = (node = 0) => nodes[node]?.url ?? '';
  const open = (token: unknown, node = 0, options = {}) => {
    const client = new TopicClient(url(node), token, options);
    clients.push(client);
    return client;
  };
  const connect = async (token = `ann/${newId()}`, node = 0) => await open(token, node).connected();

  beforeAll(async () => {
    store = await startTestRedis();
    nodes = [await startLiveApp(store.config), await startLiveApp(store.config)];
  });
  beforeEach(() => {
    for (const { sessions } of nodes) {
      sessions.ended.clear();
      sessions.away = false;
    }
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(async () => {
    for (const { app } of nodes) await app.close();
    await store.stop();
  });

  describe('lets in', () => {
    it('nobody without a good token', async () => {
      for (const token of [undefined, '', 'nonsense', 42, { a: 1 }, 'x'.repeat(5_000)])
        await expect(open(token).connected()).rejects.toMatchObject({
          data: { code: 'unauthenticated', status: 401, traceId: expect.stringMatching(/^[\w-]{36}$/) },
        });
    });

    it('nobody who never says who it is: closed after a second', async () => {
      const manager = new Manager(url(), { transports: ['websocket'], reconnection: false });
      const startedAt = Date.now();
      await new Promise((resolve) => manager.once('close', resolve));
      expect(Date.now() - startedAt).toBeLessThan(1_500);
    });

    it('a client by polling too', async () => {
      const client = await open('ann/s1', 0, { transports: ['polling'] }).connected();
      expect(await client.subscribe('room:a')).toMatchObject({ topic: 'room:a' });
    });

    it('a client that goes over from polling to a WebSocket, without losing anything', async () => {
      const room = roomKeys('moving');
      const client = await open('ann/mover', 0, { transports: ['polling', 'websocket'] }).connected();
      await client.subscribe('room:moving');
      for (let i = 0; i < 100; i += 1)
        await store.scripts.run(appendScript, { keys: room, type: 'made', data: i });
      await client.hears('all', (heard) => heard.length === 100);
      await client.hears('them by WebSocket', () => client.socket.io.engine.transport.name === 'websocket');
      expect(client.heard.map(({ envelope }) => envelope.data)).toEqual([...Array(100).keys()]);
    });

    it('a client under the address that the trusted proxy names, whatever the client claims', async () => {
      const headers = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' };
      await open('ann/proxied', 0, { extraHeaders: headers }).connected();
      expect(nodes[0]?.sessions.lastIp).toBe('203.0.113.9');
      await connect();
      expect(nodes[0]?.sessions.lastIp).toBe('127.0.0.1');
    });

    it('nobody to another namespace', async () => {
      const client = new TopicClient(`${url()}/admin`, 'ann/s1');
      clients.push(client);
      await expect(client.connected()).rejects.toThrow('Invalid namespace');
    });
  });

  describe('closes sockets', () => {
    it('of a session that ended, on every node, within a second', async () => {
      const sessionId = newId();
      const here = await connect(`ann/${sessionId}`, 0);
      const there = await connect(`ann/${sessionId}`, 1);
      const other = await connect('ann/other', 1);
      await store.redis.publish(keys.auth.ended('all'), `ann:${sessionId}`);
      for (const client of [here, there]) {
        await client.disconnected();
        expect(client.heard).toEqual([
          {
            type: 'session.revoked',
            envelope: expect.objectContaining({
              topic: 'user',
              epoch: null,
              seq: null,
              data: { sessionId },
            }),
          },
        ]);
      }
      expect(other.socket.connected).toBe(true);
    });

    it('of a session that ended without a word, at the next look', async () => {
      const client = await connect('ann/forgotten');
      const other = await connect();
      nodes[0]?.sessions.ended.add('forgotten');
      await client.disconnected();
      expect(other.socket.connected).toBe(true);
    });

    it('not while sessions cannot be looked up', async () => {
      const client = await connect('ann/unsure');
      const sessions = nodes[0]?.sessions;
      if (sessions === undefined) throw new Error('no node');
      sessions.away = true;
      sessions.ended.add('unsure');
      const before = sessions.checks;
      await client.hears('two looks', () => sessions.checks >= before + 2);
      expect(client.socket.connected).toBe(true);
      sessions.away = false;
      await client.disconnected();
    });

    it('that leave the namespace and keep the connection', async () => {
      const client = await connect();
      client.socket.io.engine.write('1');
      await client.disconnected();
    });

    it('that send more than 16 KB', async () => {
      const client = await connect();
      client.socket.emit('subscribe', { topic: 'x'.repeat(17 * 1024) });
      await client.disconnected();
      const second = await connect();
      expect(await second.ask('subscribe', { topic: 'x'.repeat(15 * 1024) })).toMatchObject({ ok: false });
    });

    it('of clients that do not stop when refused', async () => {
      const client = await connect();
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => await client.ask('unsubscribe', { topic: 'room:a' })),
      );
      expect(answers.every(({ ok }) => ok)).toBe(true);
      expect(await client.ask('unsubscribe', { topic: 'room:a' })).toMatchObject({
        ok: false,
        error: { code: 'rate_limited', status: 429 },
      });
      for (let i = 0; i < 45; i += 1) client.socket.emit('anything');
      await client.hears('nothing', () => true);
      expect(client.socket.connected).toBe(true);
      for (let i = 0; i < 10; i += 1) client.socket.emit('anything');
      await client.disconnected();
    });
  });

  describe('refuses', () => {
    const DEEP = JSON.parse('['.repeat(2_000) + ']'.repeat(2_000)) as unknown;

    const MALFORMED: [payload: unknown, path: string][] = [
      [{}, 'topic'],
      [{ topic: 7 }, 'topic'],
      [{ topic: '' }, 'topic'],
      [{ topic: 'x'.repeat(101) }, 'topic'],
      [{ topic: 'room:a', since: -1 }, 'since'],
      [{ topic: 'room:a', since: 1.5 }, 'since'],
      [{ topic: 'room:a', since: '1' }, 'since'],
      [{ topic: 'room:a', epoch: 5 }, 'epoch'],
      [{ topic: 'room:a', other: 1 }, 'other'],
      [{ topics: [] }, 'topics'],
      [{ topics: 'room:a' }, 'topics'],
      [{ topics: [{ topic: 'room:a', x: 1 }] }, 'topics.0.x'],
      [{ topics: [null] }, 'topics'],
      [{ topics: [{ topic: 'room:a' }, { topic: 'room:a' }] }, 'topics'],
      [{ topics: Array.from({ length: 201 }, (_, i) => ({ topic: `room:${i}` })) }, 'topics'],
      [{ topics: [{ topic: 'room:a' }], topic: 'room:b' }, 'topic'],
      [{ topic: DEEP }, 'topic'],
      [{ topic: 'room:\0' }, 'topic'],
      ['text', ''],
      [[1], ''],
      [Buffer.from('bytes'), ''],
    ];

    it('what is malformed, naming the path', async () => {
      for (const [payload, path] of MALFORMED) {
        const client = await connect();
        const answer = await client.ask('subscribe', payload);
        expect(answer).toMatchObject({
          ok: false,
          error: { code: 'validation_failed', status: 400, instance: 'subscribe' },
        });
        const paths = answer.ok ? [] : (answer.error.errors ?? []).map((error) => error.path);
        expect(paths).toContainEqual(expect.stringMatching(new RegExp(`^${path}`)));
        client.close();
      }
    });

    it('an unknown event, and names that the library uses itself', async () => {
      const client = await connect();
      for (const event of ['no.such', 'error', 'message', '__proto__', 'constructor', 7, 1e300])
        expect(await client.ask(event, {})).toMatchObject({ ok: false, error: { code: 'not_found' } });
      expect(await client.ask('subscribe', { topic: 'room:a' }, 2)).toMatchObject({ ok: false });
      expect(await client.ask('subscribe')).toMatchObject({
        ok: false,
        error: { code: 'validation_failed' },
      });
      expect(client.socket.connected).toBe(true);
    });

    it('topics that are not there or not for the caller', async () => {
      const client = await connect();
      for (const topic of ['room', 'room:', ':', 'users', 'user:bob', 'other:a'])
        expect(await client.ask('subscribe', { topic })).toMatchObject({
          ok: false,
          error: { code: 'not_found' },
        });
      expect(await client.ask('subscribe', { topic: 'room:secret' })).toMatchObject({
        ok: false,
        error: { code: 'forbidden', status: 403 },
      });
    });

    it('without an acknowledgement wanted, nothing breaks', async () => {
      const client = await connect();
      client.socket.emit('subscribe', { topic: 'other:a' });
      client.socket.emit('subscribe');
      client.socket.emit('no.such');
      client.socket.emit('subscribe', { topic: 'room:a' });
      expect(await client.ask('unsubscribe', { topic: 'room:a' })).toMatchObject({ ok: true });
    });
  });

  it('describes to anyone what its features registered', async () => {
    const answer = await fetch(`${url()}/docs/asyncapi.json`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toMatchObject({
      asyncapi: '3.0.0',
      channels: {
        client: { address: '/', messages: { 'client.subscribe': {}, 'client.unsubscribe': {} } },
        room: { address: 'room:{name}', messages: { 'room.changed': {} } },
        user: { address: 'user', messages: { 'session.revoked': {} } },
      },
      components: { schemas: { RoomChanged: { properties: { loads: { type: 'integer' } } } } },
    });
  });

  it('lets go of its clients when it stops, so that they find another process', async () => {
    const third = await startLiveApp(testConfig({ REDIS_URL: store.url }));
    const client = await new TopicClient(third.url, 'ann/s1', { transports: ['websocket'] }).connected();
    const reasons: string[] = [];
    client.socket.on('disconnect', (reason) => void reasons.push(reason));
    await third.app.close();
    await client.disconnected();
    // Unlike `io server disconnect`, after which a client does not come back by itself.
    expect(reasons).toEqual(['transport close']);
  });
});
