import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';

/** One list of an export: asked for page by page, so that no more than a page is in memory. */
export interface ExportSection {
  name: string;
  pageSize: number;
  page: (offset: ExportRow | undefined, take: number) => Promise<ExportRow[]>;
}

export type ExportRow = Record<string, unknown>;

const SMALL = 500;
/** Answers and first answers are up to 64 KB each. */
const MIDDLE = 20;
/** A version of a quiz and a file of questions are up to 5 MB. */
const LARGE = 1;

/** What is held on a user, from PostgreSQL. Redis holds nothing that is not there too, or gone within a day. */
@Injectable()
export class AccountExportRepository {
  constructor(private readonly database: Database) {}

  async account(userId: string): Promise<ExportRow | null> {
    const row = await this.database.user.findUnique({
      where: { id: userId, deletedAt: null },
      omit: { passwordHash: true, totpSecret: true, totpStep: true, usernameKey: true, deletedAt: true },
    });
    return row && { ...row, recoveryCodesLeft: await this.recoveryCodesLeft(userId) };
  }

  /** The lists in their order. */
  sections(userId: string): ExportSection[] {
    const { session, submission, ledgerEntry, quizStanding, attempt, attemptCount } = this.database;
    const { notification, notificationPreference, follow, block } = this.database;
    const { conversationMember, message, messageReport } = this.database;
    const { userActivityDay, userActivityMonth } = this.database;
    const { quiz, quizVersion, import: file, idempotencyKey, auditEntry } = this.database;
    const byId = { orderBy: { id: 'asc' } } as const;
    const own = (last: ExportRow | undefined) => ({ userId, ...after(last, 'id') });
    const byQuiz = { orderBy: { quizId: 'asc' } } as const;
    return [
      section('sessions', SMALL, (last, take) => session.findMany({ where: own(last), ...byId, take })),
      section('submissions', MIDDLE, (last, take) =>
        submission.findMany({ where: own(last), ...byId, take }),
      ),
      section('ledger', SMALL, (last, take) =>
        ledgerEntry.findMany({ where: { userId, ...after(last, 'seq') }, orderBy: { seq: 'asc' }, take }),
      ),
      section('quizStandings', SMALL, (last, take) =>
        quizStanding.findMany({ where: { userId, ...after(last, 'quizId') }, ...byQuiz, take }),
      ),
      section('attemptsBegun', SMALL, (last, take) => attempt.findMany({ where: own(last), ...byId, take })),
      section('attempts', SMALL, (last, take) =>
        attemptCount.findMany({ where: { userId, ...after(last, 'quizId') }, ...byQuiz, take }),
      ),
      section('quizzes', SMALL, (last, take) =>
        quiz.findMany({ where: { authorId: userId, ...after(last, 'id') }, ...byId, take }),
      ),
      section('quizVersions', LARGE, (last, take) =>
        quizVersion.findMany({
          where: { quiz: { authorId: userId }, ...afterVersion(last) },
          orderBy: [{ quizId: 'asc' }, { version: 'asc' }],
          take,
        }),
      ),
      section('imports', LARGE, (last, take) =>
        file.findMany({ where: { ownerId: userId, ...after(last, 'id') }, ...byId, take }),
      ),
      section('idempotencyKeys', MIDDLE, (last, take) =>
        idempotencyKey.findMany({ where: { userId, ...after(last, 'key') }, orderBy: { key: 'asc' }, take }),
      ),
      section('notifications', SMALL, (last, take) =>
        notification.findMany({ where: own(last), ...byId, take }),
      ),
      section('notificationPreferences', SMALL, (last, take) =>
        notificationPreference.findMany({
          where: { userId, ...after(last, 'kind') },
          orderBy: { kind: 'asc' },
          take,
        }),
      ),
      section('following', SMALL, (last, take) =>
        follow.findMany({
          where: { followerId: userId, ...after(last, 'followeeId') },
          orderBy: { followeeId: 'asc' },
          take,
        }),
      ),
      section('blocking', SMALL, (last, take) =>
        block.findMany({
          where: { blockerId: userId, ...after(last, 'blockedId') },
          orderBy: { blockedId: 'asc' },
          take,
        }),
      ),
      section('conversations', SMALL, (last, take) =>
        conversationMember.findMany({
          where: { userId, ...after(last, 'conversationId') },
          include: { conversation: { select: { type: true, name: true } } },
          orderBy: { conversationId: 'asc' },
          take,
        }),
      ),
      section('messages', SMALL, (last, take) =>
        message.findMany({ where: { senderId: userId, ...after(last, 'id') }, ...byId, take }),
      ),
      section('messageReports', SMALL, (last, take) =>
        messageReport.findMany({
          where: { reporterId: userId, ...after(last, 'id') },
          omit: { text: true, settledBy: true },
          ...byId,
          take,
        }),
      ),
      section('activityDays', SMALL, (last, take) =>
        userActivityDay.findMany({
          where: { userId, ...after(last, 'day') },
          orderBy: { day: 'asc' },
          take,
        }),
      ),
      section('activityMonths', SMALL, (last, take) =>
        userActivityMonth.findMany({
          where: { userId, ...after(last, 'month') },
          orderBy: { month: 'asc' },
          take,
        }),
      ),
      section('audit', SMALL, (last, take) => auditEntry.findMany({ where: own(last), ...byId, take })),
    ];
  }

  private async recoveryCodesLeft(userId: string): Promise<number> {
    return await this.database.recoveryCode.count({ where: { userId, usedAt: null } });
  }
}

const section = (name: string, pageSize: number, page: ExportSection['page']): ExportSection => ({
  ...{ name, pageSize, page },
});

const after = (last: ExportRow | undefined, field: string): object =>
  last === undefined ? {} : { [field]: { gt: last[field] } };

const afterVersion = (last: ExportRow | undefined): object =>
  last === undefined
    ? {}
    : {
        OR: [
          { quizId: { gt: last['quizId'] } },
          { quizId: last['quizId'], version: { gt: last['version'] } },
        ],
      };
