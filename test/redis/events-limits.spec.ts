import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientEvent } from '../../src/events/client-event.js';
import { ClientEvents } from '../../src/events/client-events.js';
import { TopicName } from '../../src/events/subscribe.dto.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { TopicClient } from '../support/topic-client.js';

const probe: ClientEvent<TopicName, typeof TopicName> = {
  name: 'probe',
  summary: 'An event with limits',
  limits: [
    { name: 'PROBE', by: 'user', algorithm: 'fixed', limit: 3, windowSec: 60 },
    {
      name: 'PROBE_TOPIC',
      by: ({ body }) => JSON.stringify(body),
      algorithm: 'gcra',
      limit: 2,
      windowSec: 60,
    },
  ],
  body: TopicName,
  answer: TopicName,
  examples: [{ body: { topic: 'a' }, data: { topic: 'a' } }],
};

describe('limits of a client event', () => {
  let store: TestRedis;
  const nodes: LiveApp[] = [];
  let ran = 0;

  beforeAll(async () => {
    store = await startTestRedis();
    for (let i = 0; i < 2; i += 1) {
      const node = await startLiveApp(store.config);
      const events: ClientEvents = node.app.get(ClientEvents);
      events.register<TopicName, typeof TopicName>(probe, async (_context, { topic }) => {
        ran += 1;
        return await Promise.resolve({ topic });
      });
      nodes.push(node);
    }
  });
  afterAll(async () => {
    for (const { app } of nodes) await app.close();
    await store.stop();
  });

  it('are those of routes: over all sockets and nodes, by user and by what a rule says, spent all or none', async () => {
    const clients = await Promise.all(
      nodes.map(async ({ url }, i) => await new TopicClient(url, `ann/s${i}`).connected()),
    );
    const send = async (at: number, topic: string) => await clients[at]?.ask('probe', { topic });
    expect(await send(0, 'a')).toEqual({ ok: true, data: { topic: 'a' } });
    expect(await send(1, 'a')).toEqual({ ok: true, data: { topic: 'a' } });
    const ofTopic = {
      ok: false,
      error: { code: 'rate_limited', detail: expect.stringMatching(/^At most 2 in 60 s/) },
    };
    expect(await send(0, 'a')).toMatchObject(ofTopic);
    expect(await store.redis.get('rs:{user:ann}:limit:probe')).toBe('2');
    expect(await send(1, 'b')).toMatchObject({ ok: true });
    const ofUser = {
      ok: false,
      error: { code: 'rate_limited', detail: expect.stringMatching(/^At most 3 in 60 s/) },
    };
    expect(await send(0, 'c')).toMatchObject(ofUser);
    expect(ran).toBe(3);
    for (const client of clients) client.close();
  });
});
