import { Injectable } from '@nestjs/common';
import type { Deed } from '../common/activity/activities.service.js';
import type { Span } from '../common/period.js';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import { KEPT_DAYS } from './analytics.times.js';
import { noCounters, type Counters } from './deeds.js';

const ROWS = 2_000;
/** Many pages of the largest save. */
const LONGEST_MS = 60_000;
/** Whoever was away with Redis for longer than this has nothing that is worth adding. */
const SAVES_KEPT_DAYS = 100;

/** What a user did on a day or in a month; `from` is its first day. */
export interface ActivityRow extends Counters {
  from: string;
}

export interface UserActivityRows {
  exists: boolean;
  /** Newest first. */
  days: ActivityRow[];
  months: ActivityRow[];
  total: Counters | null;
  /** Which of the gatherings asked of are added. */
  saved: string[];
}

export interface TopRow {
  userId: string;
  value: number;
}

/** `lastId` is absent after the last of all. */
export interface TopPage {
  rows: TopRow[];
  lastId?: string;
}

/** What one user did on one day. */
export interface DayOfUser extends Counters {
  userId: string;
  day: string;
}

const COLUMNS: Record<Deed, Prisma.Sql> = {
  logins: Prisma.sql`logins`,
  submissions: Prisma.sql`submissions`,
  messages: Prisma.sql`messages`,
  quizViews: Prisma.sql`quiz_views`,
};
const COUNTERS = Prisma.sql`logins, submissions, messages, quiz_views`;
const SUMS = Prisma.sql`sum(logins), sum(submissions), sum(messages), sum(quiz_views)`;

/** Adds up with what the row of table `t` has already. */
const ADDED = Prisma.sql`logins = t.logins + excluded.logins, submissions = t.submissions + excluded.submissions,
  messages = t.messages + excluded.messages, quiz_views = t.quiz_views + excluded.quiz_views`;

@Injectable()
export class ActivityRepository {
  constructor(private readonly database: Database) {}

  /** Adds what was gathered under an id, all of it or nothing; nothing when that was added before. */
  async add(id: string, rows: DayOfUser[]): Promise<void> {
    await this.database.$transaction(
      async (tx) => {
        const isNew = await tx.$executeRaw`
          INSERT INTO activity_saves (id) VALUES (${id}::uuid) ON CONFLICT DO NOTHING`;
        if (isNew === 0) return;
        for (let at = 0; at < rows.length; at += ROWS) await addRows(tx, rows.slice(at, at + ROWS));
      },
      { maxWait: 5_000, timeout: LONGEST_MS },
    );
  }

  /** One statement, so that what is told of the gatherings is of the same moment as the rows. */
  async ofUser(userId: string, gatherings: string[]): Promise<UserActivityRows> {
    const [rows] = await this.database.$queryRaw<UserActivityRows[]>`
      SELECT EXISTS (SELECT FROM users WHERE id = ${userId}::uuid AND deleted_at IS NULL) AS exists,
        (SELECT coalesce(jsonb_agg(${jsonOf('day')} ORDER BY day DESC), '[]')
         FROM user_activity_days WHERE user_id = ${userId}::uuid) AS days,
        (SELECT coalesce(jsonb_agg(${jsonOf('month')} ORDER BY month DESC), '[]')
         FROM user_activity_months WHERE user_id = ${userId}::uuid) AS months,
        (SELECT ${jsonOf()} FROM user_activity_totals WHERE user_id = ${userId}::uuid) AS total,
        (SELECT coalesce(array_agg(id::text), '{}') FROM activity_saves WHERE id = ANY(${gatherings}::uuid[])) AS saved`;
    return rows ?? { exists: false, days: [], months: [], total: null, saved: [] };
  }

  /** Who did something most often, among equals by falling id. */
  async top(deed: Deed, span: Span | undefined, limit: number): Promise<TopRow[]> {
    return await this.database.readLong(Prisma.sql`
      SELECT user_id AS "userId", value FROM (${valuesOf(deed, span)}) AS valued
      WHERE EXISTS (SELECT FROM users WHERE id = user_id AND deleted_at IS NULL)
      ORDER BY value DESC, user_id DESC LIMIT ${limit}`);
  }

  /** Who did it at all, of the next so many users in the order of their ids; and after whom it goes on, if it does. */
  async page(deed: Deed, span: Span | undefined, afterId: string, limit: number): Promise<TopPage> {
    const [last] = await this.database.readLong<{ userId: string; users: number }>(Prisma.sql`
      SELECT max(user_id::text) AS "userId", count(*)::int AS users FROM (
        SELECT user_id FROM user_activity_totals WHERE user_id > ${afterId}::uuid ORDER BY user_id LIMIT ${limit}) AS next`);
    if (!last || last.users === 0) return { rows: [] };
    const those = Prisma.sql`AND user_id > ${afterId}::uuid AND user_id <= ${last.userId}::uuid`;
    const rows = await this.database.readLong<TopRow>(Prisma.sql`
      SELECT user_id AS "userId", value FROM (${valuesOf(deed, span, those)}) AS valued`);
    return { rows, ...(last.users === limit ? { lastId: last.userId } : {}) };
  }

  /** Names of users, for administrators; not of those whose account is deleted. */
  async names(userIds: string[]): Promise<Map<string, string>> {
    const rows = await this.database.user.findMany({
      where: { id: { in: userIds }, deletedAt: null },
      select: { id: true, username: true },
    });
    return new Map(rows.map(({ id, username }) => [id, username]));
  }

  /** Adds up days that are over 90 days old in their months, in one statement. @returns how many days */
  async rollUp(limit: number): Promise<number> {
    const [row] = await this.database.$queryRaw<{ count: number }[]>`
      WITH old AS (
        DELETE FROM user_activity_days WHERE (user_id, day) IN (
          SELECT user_id, day FROM user_activity_days
          WHERE day < (now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS}::int LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING *), rolled AS (
        INSERT INTO user_activity_months AS t (user_id, month, ${COUNTERS})
        SELECT user_id, date_trunc('month', day)::date, ${SUMS} FROM old GROUP BY 1, 2
        ON CONFLICT (user_id, month) DO UPDATE SET ${ADDED})
      SELECT count(*)::int AS count FROM old`;
    return row?.count ?? 0;
  }

  async forgetSaves(limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM activity_saves WHERE id IN (
        SELECT id FROM activity_saves
        WHERE saved_at < now() - make_interval(days => ${SAVES_KEPT_DAYS}::int) LIMIT ${limit})`;
  }
}

/**
 * Rows of deleted accounts are not made again: a deletion that is under way is waited for, and one that comes waits for the
 * commit, since it changes the key by which the account is found. Users in the order of their ids: two who save do not
 * wait in a circle.
 */
async function addRows(tx: Transaction, rows: DayOfUser[]): Promise<void> {
  const column = (deed: Deed) => rows.map((row) => row[deed]);
  await tx.$executeRaw`
    WITH gathered AS (
      SELECT g.* FROM unnest(${rows.map(({ userId }) => userId)}::uuid[], ${rows.map(({ day }) => day)}::date[],
        ${column('logins')}::int[], ${column('submissions')}::int[], ${column('messages')}::int[],
        ${column('quizViews')}::int[]) AS g (user_id, day, ${COUNTERS})
      JOIN users u ON u.id = g.user_id WHERE u.deleted_at IS NULL ORDER BY u.id FOR KEY SHARE OF u),
    days AS (
      INSERT INTO user_activity_days AS t (user_id, day, ${COUNTERS})
      SELECT user_id, day, ${COUNTERS} FROM gathered ORDER BY user_id, day
      ON CONFLICT (user_id, day) DO UPDATE SET ${ADDED})
    INSERT INTO user_activity_totals AS t (user_id, ${COUNTERS})
    SELECT user_id, ${SUMS} FROM gathered GROUP BY user_id ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET ${ADDED}`;
}

/** Rows (user_id, value) of who did it at all. A month may have days that were added up in it already. */
function valuesOf(deed: Deed, span: Span | undefined, and = Prisma.empty): Prisma.Sql {
  const column = COLUMNS[deed];
  if (!span)
    return Prisma.sql`SELECT user_id, ${column} AS value FROM user_activity_totals WHERE ${column} > 0 ${and}`;
  const ofMonth =
    span.period === 'monthly'
      ? Prisma.sql`UNION ALL SELECT user_id, ${column} AS times FROM user_activity_months
          WHERE month = ${span.from}::date ${and}`
      : Prisma.empty;
  return Prisma.sql`
    SELECT user_id, sum(times)::int AS value FROM (
      SELECT user_id, ${column} AS times FROM user_activity_days
      WHERE day >= ${span.from}::date AND day < ${span.until}::date ${and}
      ${ofMonth}) AS counted
    GROUP BY user_id HAVING sum(times) > 0`;
}

function jsonOf(from?: 'day' | 'month'): Prisma.Sql {
  const first = from ? Prisma.sql`'from', ${Prisma.raw(from)},` : Prisma.empty;
  return Prisma.sql`jsonb_build_object(${first} 'logins', logins, 'submissions', submissions, 'messages', messages,
    'quizViews', quiz_views)`;
}

/** What was gathered by field, by user and day. */
export function addUp(
  counted: Iterable<readonly [{ userId: string; day: string; deed: Deed }, number]>,
): DayOfUser[] {
  const rows = new Map<string, DayOfUser>();
  for (const [{ userId, day, deed }, times] of counted) {
    const row = rows.get(`${userId}|${day}`) ?? { userId, day, ...noCounters() };
    row[deed] += times;
    rows.set(`${userId}|${day}`, row);
  }
  return [...rows.values()].sort((one, other) => (one.userId < other.userId ? -1 : 1));
}
