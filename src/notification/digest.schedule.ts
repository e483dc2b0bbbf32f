import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Clock } from '../common/clock.js';
import { dayOf, spanOf, spanOn } from '../common/period.js';
import { Database } from '../database/database.service.js';
import { OnJob, type PromisedJobContext } from '../jobs/on-job.decorators.js';
import { Outbox } from '../jobs/outbox.service.js';
import { Repeats } from '../jobs/repeats.service.js';
import { Hopeless, type Job } from '../queue/job.js';
import { DigestRepository, type DigestRow } from './digest.repository.js';
import { weeklyDigest } from './kinds/index.js';
import { writeDigests, type DigestPage } from './notification.jobs.js';
import { Notifier } from './notifier.service.js';

const PAGE = 500;
const HOUR_MS = 3600 * 1000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const FIRST = '00000000-0000-0000-0000-000000000000';
/** Every hour of a Monday morning, should the workers have slept, or one have died at it; nobody gets two. */
const MONDAY_MORNING = '0 7-11 * * 1';

/** Writes each user a digest of the week that is over, page by page, each page in a commit with the promise of the next. */
@Injectable()
export class DigestSchedule {
  constructor(
    private readonly clock: Clock,
    private readonly repeats: Repeats,
    private readonly outbox: Outbox,
    private readonly database: Database,
    private readonly digests: DigestRepository,
    private readonly notifier: Notifier,
  ) {}

  @Cron(MONDAY_MORNING, { timeZone: 'UTC' })
  async begin(): Promise<void> {
    await this.repeats.run('weekly-digest', HOUR_MS, async () => {
      const lastWeek = new Date(this.clock.now().getTime() - WEEK_MS);
      const page = { week: spanOn('weekly', dayOf(lastWeek)).key, afterId: FIRST };
      await this.outbox.enqueueSoon(writeDigests, [await this.outbox.add(this.database, writeDigests, page)]);
    });
  }

  @OnJob(writeDigests)
  async write({ data }: Job<DigestPage>, { tx, afterwards }: PromisedJobContext): Promise<void> {
    const week = spanOf('weekly', data.week);
    if (!week) throw new Hopeless(`${data.week} is no week`);
    const rows = await this.digests.page(tx, week, data.afterId, PAGE);
    const promised = await this.notifier.notify(
      tx,
      weeklyDigest,
      rows.filter(isWorthAMail).map(({ userId, ...digest }) => ({
        ...{ userId, occasion: week.key },
        data: { week: week.key, ...digest },
      })),
    );
    const next = rows.at(-1);
    const more =
      next && rows.length === PAGE
        ? [await this.outbox.add(tx, writeDigests, { week: data.week, afterId: next.userId })]
        : [];
    afterwards(async () => {
      await this.notifier.soon(promised);
      await this.outbox.enqueueSoon(writeDigests, more);
    });
  }
}

const isWorthAMail = ({ points, unread, quizzes }: DigestRow): boolean =>
  points > 0 || unread > 0 || quizzes.length > 0;
