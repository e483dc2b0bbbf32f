import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { ClientEvents } from '../../src/events/client-events.js';
import { EventBus } from '../../src/events/event-bus.js';
import { NoticeChannel } from '../../src/events/notice-channel.js';
import { Topics } from '../../src/events/topics.js';
import { PresenceCatchUp } from '../../src/presence/presence-catch-up.service.js';
import type { Presence } from '../../src/presence/presence.dto.js';
import { PresenceRepository } from '../../src/presence/presence.repository.js';
import { PresenceService } from '../../src/presence/presence.service.js';
import { PresenceTopic } from '../../src/presence/presence.topic.js';
import { AcquaintanceService } from '../../src/relation/acquaintance.service.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { PresenceBench, QUICK_TIMES } from '../support/presence.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { TopicClient } from '../support/topic-client.js';
import { waitUntil } from '../support/wait-until.js';

describe('who follows a presence', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let bench: PresenceBench;
  let live: LiveApp;
  let catchUp: PresenceCatchUp;
  let watcher: TopicClient;
  const [ann, bob] = [newId(), newId()];

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    bench = await PresenceBench.on(redis, postgres);
    live = await startLiveApp(redis.config);
    catchUp = followPresences();
    watcher = await new TopicClient(live.url, 'cem/s1').connected();
  });
  afterAll(async () => {
    watcher.close();
    catchUp.beforeApplicationShutdown();
    await bench.stop();
    await live.app.close();
    await Promise.all([redis.stop(), postgres.stop()]);
  });

  /** The topics `presence:{userId}` of a process that has bob's connections, for anybody. */
  function followPresences(): PresenceCatchUp {
    const { app } = live;
    const anybodys = Object.assign(Object.create(AcquaintanceService.prototype) as AcquaintanceService, {
      require: async () => await Promise.resolve(),
      mayWatch: async () => await Promise.resolve(true),
    });
    const leases = bench.node();
    const presences = new PresenceService(bench.store, new PresenceRepository(postgres.database), anybodys);
    const [bus, channel] = [app.get(EventBus), app.get(NoticeChannel)];
    const made = new PresenceCatchUp(bus, channel, leases, presences, QUICK_TIMES);
    const [topics, clientEvents] = [app.get(Topics), app.get(ClientEvents)];
    new PresenceTopic(topics, clientEvents, anybodys, presences, leases, made).onModuleInit();
    made.onApplicationBootstrap();
    leases.begin('bob', bob);
    return made;
  }

  /** As a process does that renews nothing any more. */
  const write = async (userId: string, isHeld: boolean) =>
    await bench.store.update([{ userId, connections: [{ connectionId: userId, status: 'online', isHeld }] }]);
  const told = (userId: string) =>
    watcher.heard
      .filter(({ envelope }) => envelope.topic === `presence:${userId}`)
      .map(({ envelope }) => (envelope.data as Presence).status);

  it('is told what it is when its change was lost with the Pub/Sub connection', async () => {
    await waitUntil(
      'leases have settled',
      async () => (await bench.store.watched()).forMs > QUICK_TIMES.settlingMs,
    );
    for (const isHeld of [true, false]) await write(ann, isHeld);
    for (const userId of [ann, bob]) await watcher.subscribe(`presence:${userId}`);
    await write(ann, true);
    await watcher.hears('that ann is there', () => told(ann).length === 1);
    const cut = { is: true };
    const cutting = (async () => {
      while (cut.is) await redis.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    })();
    await write(ann, false);
    cut.is = false;
    await cutting;
    await watcher.hears('that ann has left', () => told(ann).length === 2);
    expect(told(ann)).toEqual(['online', 'offline']);
    expect(told(bob)).toEqual([]);
  });

  it('is told who went with a process when Redis lost that they were there, and of nobody by mistake', async () => {
    watcher.heard.length = 0;
    await write(ann, true);
    await watcher.hears('that ann is there', () => told(ann).length === 1);
    await redis.redis.flushall();
    await watcher.hears('that ann has left', () => told(ann).length === 2);
    expect(told(ann)).toEqual(['online', 'offline']);
    expect(told(bob)).not.toContain('offline');
  });
});
