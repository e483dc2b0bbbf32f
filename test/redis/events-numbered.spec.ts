import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NumberedTopics } from '../../src/events/numbered-topics.service.js';
import { Topics } from '../../src/events/topics.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { NumberedRooms } from '../support/numbered-rooms.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { TopicClient } from '../support/topic-client.js';
import { roomKeys } from '../support/topics.js';

const { topic, stream } = roomKeys('a');
/** More than is read at once. */
const FAR = 2_100;

describe('a topic that is numbered outside of Redis', () => {
  let store: TestRedis;
  let live: LiveApp;
  let numbered: NumberedTopics;
  let rooms: NumberedRooms;
  let clients: TopicClient[] = [];

  const tell = async (times = 1) => {
    for (let n = 0; n < times; n += 1) await numbered.publish(rooms.topicOf('a'), rooms.commit('a'));
  };
  const connect = async () => {
    const client = await new TopicClient(live.url, `ann/s${clients.length}`).connected();
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    store = await startTestRedis();
    numbered = new NumberedTopics(store.scripts);
  });
  beforeEach(async () => {
    await store.redis.flushall();
    // Only what a test asks for is read.
    live = await startLiveApp(store.config, { compareEveryMs: 60_000 });
    rooms = new NumberedRooms();
    live.app.get(Topics).register(rooms);
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    clients = [];
    await live.app.close();
  });
  afterAll(async () => await store.stop());

  it('tells nothing again that Redis forgot and is told again', async () => {
    const follower = await connect();
    const { epoch } = await follower.subscribe('log:a');
    await tell(3);
    const [topicThen, streamThen] = [
      await store.redis.dumpBuffer(topic),
      await store.redis.dumpBuffer(stream),
    ];
    await tell(2);
    await follower.hearsUpTo('log:a', 5);

    // As a Redis that came back without its last second.
    await store.redis.restore(topic, 0, topicThen, 'REPLACE');
    await store.redis.restore(stream, 0, streamThen, 'REPLACE');
    for (const since of [2, 4, 5])
      expect(await (await connect()).subscribe('log:a', since, epoch)).toMatchObject({
        ...{ seq: 5, recovered: true },
      });
    await numbered.fill(rooms.topicOf('a'), 3);
    await tell();
    await follower.hearsUpTo('log:a', 6);
    expect(follower.seqs('log:a')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('brings what a Redis that fell behind lacks to whoever is the first to follow it', async () => {
    await tell(3);
    for (let n = 0; n < 3; n += 1) rooms.commit('a');
    const first = await connect();
    expect(await first.subscribe('log:a', 1, 'log')).toMatchObject({ seq: 6, recovered: true });
    await first.hearsUpTo('log:a', 6);
    expect(first.seqs('log:a')).toEqual([2, 3, 4, 5, 6]);
    expect(await store.redis.hget(topic, 'seq')).toBe('6');
  });

  it('reads nothing any more that is outdated by what nobody told of', async () => {
    const secret = rooms.commit('a');
    secret.data = '{"text":"secret"}';
    await numbered.publish(rooms.topicOf('a'), secret);
    secret.data = '{"text":""}';
    rooms.commit('a');
    await numbered.fill(rooms.topicOf('a'), 1);
    const late = await connect();
    await late.subscribe('log:a', 0, 'log');
    await late.hearsUpTo('log:a', 2);
    expect(late.heard.map(({ envelope }) => envelope.data)).toEqual([{ text: '' }, {}]);
  });

  it('tells its followers what is just being told while somebody comes from too far away', async () => {
    for (let n = 0; n < FAR; n += 1) rooms.commit('a');
    const follower = await connect();
    const { epoch } = await follower.subscribe('log:a');
    const untold = rooms.commit('a');

    const back = await connect();
    expect(await back.subscribe('log:a', 0, epoch)).toMatchObject({ recovered: true });
    await numbered.publish(rooms.topicOf('a'), untold);
    await tell();
    for (const client of [follower, back]) await client.hearsUpTo('log:a', FAR + 2);
    expect(follower.seqs('log:a')).toEqual([FAR + 1, FAR + 2]);
    expect(back.seqs('log:a')).toEqual(Array.from({ length: FAR + 2 }, (_, index) => index + 1));
  });
});
