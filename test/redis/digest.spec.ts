import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../src/common/clock.js';
import { Secrets } from '../../src/config/secrets.js';
import type { JobHandler } from '../../src/jobs/on-job.decorators.js';
import { Outbox } from '../../src/jobs/outbox.service.js';
import { processorOf } from '../../src/jobs/promised-jobs.js';
import { Repeats } from '../../src/jobs/repeats.service.js';
import { keys } from '../../src/redis/keys.js';
import { MailEnvelope } from '../../src/mail/mail-envelope.js';
import { MailService } from '../../src/mail/mail.service.js';
import { DigestRepository } from '../../src/notification/digest.repository.js';
import { DigestSchedule } from '../../src/notification/digest.schedule.js';
import { writeDigests } from '../../src/notification/notification.jobs.js';
import { NotificationRepository } from '../../src/notification/notification.repository.js';
import { Notifier } from '../../src/notification/notifier.service.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners, createQuiz, type Learner } from '../support/learners.js';
import { queueOn, QUICK } from '../support/queue.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { commitScores } from '../support/scores.js';
import { waitUntil } from '../support/wait-until.js';

/** The week before it is the 53rd of the year before. */
const MONDAY = '2027-01-04T08:00:00.000Z';
const WEEK = '2026-W53';

class StoppedClock extends Clock {
  override now = () => new Date(MONDAY);
}

describe('digests of the week', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let queue: ReturnType<typeof queueOn>;
  let schedules: DigestSchedule[];
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
  });
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.$executeRaw`TRUNCATE users, outbox CASCADE`;
    queue = queueOn(redis);
    schedules = [scheduleOf(), scheduleOf()];
    const [one] = schedules as [DigestSchedule];
    queue.workers.start(
      processorOf(
        writeDigests,
        {
          one: (async (job, context) => await one.write(job as never, context)) satisfies JobHandler<object>,
        },
        new Outbox(postgres.database, queue.queues),
      ),
      QUICK,
    );
  });
  afterEach(async () => {
    await queue.workers.beforeApplicationShutdown();
    expect(await unknownKeys(redis.redis)).toEqual([]);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  const scheduleOf = () => {
    const outbox = new Outbox(postgres.database, queue.queues);
    const mails = new MailService(
      outbox,
      new MailEnvelope(new Secrets(['a secret that only tests may ever know'])),
      postgres.database,
    );
    const rows = new NotificationRepository(postgres.database);
    return new DigestSchedule(
      ...([new StoppedClock(), new Repeats(redis.scripts, redis.redis), outbox] as const),
      ...([postgres.database, new DigestRepository(), new Notifier(rows, outbox, mails)] as const),
    );
  };
  const verified = async (count: number) => {
    const learners = await createLearners(postgres.database, count);
    await postgres.database.$executeRaw`UPDATE users SET email_verified_at = now()`;
    return learners;
  };
  const digests = async () =>
    await postgres.database.notification.findMany({ where: { kind: 'weekly_digest' } });
  const promised = async (kind: string) => await postgres.database.outbox.count({ where: { queue: kind } });
  const written = async () =>
    await waitUntil('all are written', async () => (await promised('digest.write')) === 0);

  it('tell each what it brought, once, however many workers begin', async () => {
    const [ada, bob, idle] = (await verified(3)) as [Learner, Learner, Learner];
    const quizId = await createQuiz(postgres.database, ada.userId);
    const score = (learner: Learner, day: string, delta: number) => ({ learner, quizId, day, delta });
    await commitScores(postgres.database, [
      ...[score(ada, '2026-12-28', 3), score(ada, '2027-01-03', 4)],
      ...[score(ada, '2027-01-04', 8), score(idle, '2026-12-27', 8)],
    ]);
    await postgres.database.notification.create({
      data: {
        ...{ id: quizId, userId: bob.userId, kind: 'quiz_published', occasion: quizId, inApp: true },
        ...{ data: { title: 'Redis basics' }, createdAt: new Date('2026-12-30T12:00:00Z') },
      },
    });
    for (let hour = 0; hour < 3; hour += 1)
      await Promise.all(schedules.map(async (one) => await one.begin()));
    await written();
    const found = new Map((await digests()).map((row) => [row.userId, row.data]));
    expect(found).toEqual(
      new Map([
        [ada.userId, { week: WEEK, points: 7, quizzes: [], unread: 0 }],
        [bob.userId, { week: WEEK, points: 0, quizzes: ['Redis basics'], unread: 1 }],
      ]),
    );
    expect(await promised('mail.send')).toBe(2);

    // Redis has forgotten that it was done.
    await redis.redis.flushall();
    await schedules[0]?.begin();
    await written();
    expect([(await digests()).length, await promised('mail.send')]).toEqual([2, 2]);
  });

  it('are begun again when PostgreSQL was away, and an hour later when their worker died', async () => {
    await postgres.database.$executeRaw`
      INSERT INTO notifications (id, user_id, kind, data, occasion, in_app)
      SELECT gen_random_uuid(), ${(await verified(1))[0]?.userId}::uuid, 'top10_left', '{}', 'a', true`;
    await postgres.database.$executeRaw`ALTER TABLE outbox RENAME TO away`;
    await schedules[0]?.begin();
    await postgres.database.$executeRaw`ALTER TABLE away RENAME TO outbox`;
    expect(await digests()).toEqual([]);
    await schedules[1]?.begin();
    await written();
    expect(await digests()).toHaveLength(1);
    expect(await redis.redis.pttl(keys.jobs.turn('weekly-digest'))).toBeLessThan(3_600_000);
  });

  it('reach everybody, page by page, but who has chosen otherwise, has no address or may not', async () => {
    const all = await verified(1_100);
    await postgres.database.$executeRaw`
      INSERT INTO notifications (id, user_id, kind, data, occasion, in_app)
      SELECT gen_random_uuid(), id, 'top10_left', '{}', 'a', true FROM users`;
    const [chose, unknown, banned, gone] = all as [Learner, Learner, Learner, Learner];
    await postgres.database.$executeRaw`
      INSERT INTO notification_preferences VALUES (${chose.userId}::uuid, 'weekly_digest', false, false)`;
    await postgres.database.user.update({ where: { id: unknown.userId }, data: { emailVerifiedAt: null } });
    await postgres.database.user.update({ where: { id: banned.userId }, data: { status: 'banned' } });
    await postgres.database.user.update({ where: { id: gone.userId }, data: { deletedAt: new Date() } });
    await schedules[0]?.begin();
    await written();
    expect(new Set((await digests()).map(({ userId }) => userId))).toEqual(
      new Set(all.slice(4).map(({ userId }) => userId)),
    );
    expect(await promised('mail.send')).toBe(1_096);
  });
});
