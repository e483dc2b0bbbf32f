import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import type { User } from '../database/generated/client.js';
import type { ProfileRecord } from './profile.record.js';

/** Of accounts that are there: the stub of a deleted one has no profile. */
@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

  async find(userIds: string[]): Promise<ProfileRecord[]> {
    return (await this.database.user.findMany({ where: { id: { in: userIds }, deletedAt: null } })).map(
      recordOf,
    );
  }

  /** Changes the public row; `seq` rises, so that no older load can undo it in Redis. */
  async change(
    tx: Transaction,
    userId: string,
    data: { displayName?: string; leaderboardVisible?: boolean },
  ): Promise<ProfileRecord | undefined> {
    // A board that was caught up or rebuilt looks for changes of late.
    const standingAt = data.leaderboardVisible === undefined ? undefined : new Date();
    const rows = await tx.user.updateManyAndReturn({
      where: { id: userId, deletedAt: null },
      data: { ...data, standingAt, seq: { increment: 1 } },
    });
    return rows.map(recordOf)[0];
  }

  /** Users whose name, display name or address contains `q`, newest first, after the one with id `afterId`. */
  async search(q: string, take: number, afterId: string | undefined): Promise<ProfileRecord[]> {
    const contains = { contains: literal(q), mode: 'insensitive' as const };
    const rows = await this.database.user.findMany({
      where: {
        deletedAt: null,
        ...(q === '' ? {} : { OR: [{ username: contains }, { displayName: contains }, { email: contains }] }),
        ...(afterId ? { id: { lt: afterId } } : {}),
      },
      orderBy: { id: 'desc' },
      take,
    });
    return rows.map(recordOf);
  }
}

/** Prisma passes LIKE's wildcards through. */
const literal = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

const recordOf = (user: User): ProfileRecord => ({ ...user, emailVerified: user.emailVerifiedAt !== null });
