import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Secrets } from '../../src/config/secrets.js';
import { TopicReader } from '../../src/events/topic-reader.service.js';
import { Outbox } from '../../src/jobs/outbox.service.js';
import { top10Entered } from '../../src/leaderboard/leaderboard.events.js';
import { MailEnvelope } from '../../src/mail/mail-envelope.js';
import { MailService } from '../../src/mail/mail.service.js';
import { NotificationRepository } from '../../src/notification/notification.repository.js';
import { Notifier } from '../../src/notification/notifier.service.js';
import { Top10Notices } from '../../src/notification/top10-notices.service.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners, type Learner } from '../support/learners.js';
import { queueOn } from '../support/queue.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { appendScript, roomKeys } from '../support/topics.js';

let redis: TestRedis;
let postgres: TestDatabase;
beforeAll(async () => {
  [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
});
afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

it('reads what happened though another worker was at it, and ended before it had read', async () => {
  const { database } = postgres;
  const [outbox, rows] = [new Outbox(database, queueOn(redis).queues), new NotificationRepository(database)];
  const mails = new MailService(
    ...([
      outbox,
      new MailEnvelope(new Secrets(['a secret that only tests may ever know'])),
      database,
    ] as const),
  );
  const notices = new Top10Notices(
    ...([database, new TopicReader(redis.scripts, redis.redis), rows] as const),
    new Notifier(rows, outbox, mails),
  );
  const [ada] = (await createLearners(database, 1)) as [Learner];
  await notices.look();
  await redis.scripts.run(appendScript, {
    ...{ keys: roomKeys('global'), type: top10Entered.name },
    data: { board: 'global', userId: ada.userId, rank: 1, score: 7 },
  });
  await database.$transaction(async (tx) => {
    expect(await rows.cursor(tx, 'notification.top10')).toBeDefined();
    await notices.look();
  });
  expect(await database.notification.count()).toBe(0);
  await notices.look();
  expect(await database.notification.findMany()).toMatchObject([
    { userId: ada.userId, kind: 'top10_entered', data: { board: 'global', rank: 1, score: 7 } },
  ]);
});
