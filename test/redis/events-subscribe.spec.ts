import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Subscription } from '../../src/events/subscribe.dto.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { TopicClient } from '../support/topic-client.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { appendScript, hintScript, roomKeys, userKeys } from '../support/topics.js';
import { waitUntil } from '../support/wait-until.js';

const keys = roomKeys('a');

describe('subscribing', () => {
  let store: TestRedis;
  let live: LiveApp;
  let clients: TopicClient[] = [];
  const append = async (n = 1, to = keys, pad = '') => {
    for (let i = 0; i < n; i += 1)
      await store.scripts.run(appendScript, { keys: to, type: 'made', data: { i, pad } });
  };
  const connect = async (user = 'ann', session = 's1') => {
    const client = await new TopicClient(live.url, `${user}/${session}`).connected();
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    store = await startTestRedis();
    live = await startLiveApp(store.config, { compareEveryMs: 100 });
  });
  beforeEach(async () => {
    await store.redis.flushall();
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(async () => {
    await live.app.close();
    await store.stop();
  });

  it('answers a newcomer with a snapshot and sends what comes after', async () => {
    await append(3);
    const client = await connect();
    const subscription = await client.subscribe('room:a');
    expect(subscription).toMatchObject({
      topic: 'room:a',
      seq: 3,
      recovered: false,
      snapshot: { stateOf: 'a' },
    });
    await append(2);
    await client.hears('two events', (heard) => heard.length === 2);
    expect(client.seqs('room:a')).toEqual([4, 5]);
    expect(client.heard[0]).toEqual({
      type: 'made',
      envelope: {
        id: expect.any(String),
        topic: 'room:a',
        epoch: subscription.epoch,
        seq: 4,
        ts: expect.stringMatching(/^\d{4}-.*Z$/),
        data: { i: 0, pad: '' },
      },
    });
  });

  it('replays what came after since, in order, before what is new', async () => {
    const { epoch } = await (await connect()).subscribe('room:a');
    await append(5);
    const back = await connect();
    const subscription = await back.subscribe('room:a', 2, epoch);
    expect(subscription).toEqual({ topic: 'room:a', epoch, seq: 5, recovered: true });
    await append();
    await back.hears('all of them', (heard) => heard.length === 4);
    expect(back.seqs('room:a')).toEqual([3, 4, 5, 6]);
  });

  describe('does not claim to have recovered', () => {
    const refused = async (since: number | undefined, epoch: string | undefined) => {
      const client = await connect();
      const subscription = await client.subscribe('room:a', since, epoch);
      expect(subscription).toMatchObject({ recovered: false, snapshot: { stateOf: 'a' } });
      return { client, subscription };
    };
    const epochNow = async () => (await (await connect()).subscribe('room:a')).epoch;

    it('in another epoch', async () => {
      await append(5);
      await refused(2, 'another');
    });

    it('with since but no epoch', async () => {
      await append(5);
      await refused(2, undefined);
    });

    it('when since is ahead', async () => {
      await append(5);
      await refused(6, await epochNow());
    });

    it('when what came after since was trimmed', async () => {
      await append(1_300);
      const epoch = await epochNow();
      const { subscription } = await refused(100, epoch);
      expect(subscription.seq).toBe(1_300);
      expect(await (await connect()).subscribe('room:a', 1_250, epoch)).toMatchObject({ recovered: true });
    });

    it('when there is too much to send at once', async () => {
      await append(40, keys, 'x'.repeat(30_000));
      await refused(1, await epochNow());
    });

    it('when all events of the topic are transient', async () => {
      const epoch = await epochNow();
      Object.assign(live.rooms, { isTransient: true });
      await refused(0, epoch).finally(() => Object.assign(live.rooms, { isTransient: undefined }));
      expect(await (await connect()).subscribe('room:a', 0, epoch)).toMatchObject({ recovered: true });
    });

    it('when Redis was emptied, at since 50 or before', async () => {
      await append(50);
      const epoch = await epochNow();
      await store.redis.flushall();
      await refused(50, epoch);
      await append(60);
      const { subscription } = await refused(50, epoch);
      expect(subscription).toMatchObject({ seq: 60 });
      expect(subscription.epoch).not.toBe(epoch);
    });
  });

  it('goes over to another epoch with the sockets that are there', async () => {
    const client = await connect();
    const { epoch } = await client.subscribe('room:a');
    await append(2);
    await store.redis.flushall();
    await append(2);
    await client.hears('four events', (heard) => heard.length === 4);
    expect(client.seqs('room:a')).toEqual([1, 2, 1, 2]);
    const epochs = client.heard.map((heard) => heard.envelope.epoch);
    expect(epochs.slice(0, 2)).toEqual([epoch, epoch]);
    expect(epochs[2]).not.toBe(epoch);
    expect(epochs[3]).toBe(epochs[2]);
  });

  it('takes a list and answers for each topic', async () => {
    await append(2);
    const client = await connect();
    const answer = await client.ask('subscribe', {
      topics: [{ topic: 'room:a' }, { topic: 'room:secret' }, { topic: 'nothing:x' }, { topic: 'room:b' }],
    });
    expect(answer).toMatchObject({
      ok: true,
      data: [
        { topic: 'room:a', seq: 2, recovered: false },
        { topic: 'room:secret', error: { code: 'forbidden', status: 403 } },
        { topic: 'nothing:x', error: { code: 'not_found' } },
        { topic: 'room:b', seq: 0 },
      ],
    });
    await append();
    await append(1, roomKeys('b'));
    await client.hears('both topics', (heard) => heard.length === 2);
  });

  it('takes 200 topics at once', async () => {
    const client = await connect();
    const topics = Array.from({ length: 200 }, (_, index) => ({ topic: `room:n${index}`, since: 0 }));
    const answer = await client.ask('subscribe', { topics });
    expect(answer.ok && (answer.data as Subscription[]).every(({ seq }) => seq === 0)).toBe(true);
    expect((answer as { data: Subscription[] }).data).toHaveLength(200);
  });

  it('stops sending after unsubscribe, and forgets the channel with the last subscriber', async () => {
    const client = await connect();
    const channels = async () => await store.redis.pubsub('CHANNELS', keys.stream);
    await client.subscribe('room:a');
    expect(await channels()).toEqual([keys.stream]);
    expect(await client.ask('unsubscribe', { topic: 'room:a' })).toEqual({
      ok: true,
      data: { topic: 'room:a' },
    });
    await append();
    await client.subscribe('room:a');
    expect(client.seqs('room:a')).toEqual([]);
    client.close();
    await waitForNone(channels);
  });

  it("subscribes to one's own topic at connect, and to nobody else's", async () => {
    const [ann, bob] = [await connect('ann', 's1'), await connect('bob', 's2')];
    await append(1, userKeys('ann'));
    await ann.hears('its event', (heard) => heard.length === 1);
    expect(ann.heard[0]?.envelope).toMatchObject({ topic: 'user', seq: 1 });
    expect(await bob.subscribe('user')).toMatchObject({ seq: 0, snapshot: { userId: 'bob' } });
    expect(bob.heard).toEqual([]);
  });

  it('turns a burst of hints into a first and a last change, at most four a second', async () => {
    const client = await connect();
    await client.subscribe('room:a');
    const loadedBefore = live.rooms.loads;
    const startedAt = Date.now();
    for (let i = 0; i < 200; i += 1)
      await store.scripts.run(hintScript, { stream: keys.stream, type: 'room.changed' });
    await client.hears('the first and the last', (heard) => heard.length >= 2);
    await store.scripts.run(hintScript, { stream: keys.stream, type: 'room.changed' });
    await client.hears('one more', (heard) => heard.length >= 3);
    expect(client.heard[0]).toMatchObject({ type: 'room.changed', envelope: { seq: null, epoch: null } });
    const quarters = Math.ceil((Date.now() - startedAt) / 250);
    expect(live.rooms.loads - loadedBefore).toBeLessThanOrEqual(quarters + 1);
  });
});

const waitForNone = async (list: () => Promise<unknown[]>) =>
  await waitUntil('nothing is left', async () => (await list()).length === 0);
