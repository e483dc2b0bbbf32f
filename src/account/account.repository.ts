import { Injectable } from '@nestjs/common';
import type { Role } from '../common/caller.js';
import { Database, type Transaction } from '../database/database.service.js';

/** What administrators make of an account. */
export type AccountStatus = 'active' | 'banned';
/** What they see of it: one that nobody uses is dormant, until its owner signs in. */
export type ShownStatus = AccountStatus | 'dormant';

/** What decides who may do what with an account, and what must follow. */
export interface AccountState {
  id: string;
  username: string;
  email: string;
  role: Role;
  status: AccountStatus;
  deletedAt: Date | null;
  dormantSince: Date | null;
  /** Of the last change of the standing or the public row. */
  seq: bigint;
}

const FIELDS = {
  ...{ id: true, username: true, email: true },
  ...{ role: true, status: true, deletedAt: true, dormantSince: true, seq: true },
} as const;

/** A ban counts before all else. */
export const shownStatus = ({
  status,
  dormantSince,
}: Pick<AccountState, 'status' | 'dormantSince'>): ShownStatus =>
  status === 'active' && dormantSince !== null ? 'dormant' : status;

/** Accounts as administrators and their owners end or change them. */
@Injectable()
export class AccountStateRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<AccountState | null> {
    return await this.database.user.findUnique({ where: { id: userId }, select: FIELDS });
  }

  async statuses(userIds: string[]): Promise<Map<string, ShownStatus>> {
    const where = { id: { in: userIds } };
    const select = { id: true, status: true, dormantSince: true } as const;
    const rows = await this.database.user.findMany({ where, select });
    return new Map(rows.map((row) => [row.id, shownStatus(row)]));
  }

  /**
   * The account, held until the commit, so that what changes it comes one after the other. NO KEY, since plain FOR UPDATE
   * collides with the foreign keys of submissions that come in. Null when there is none, or none any more.
   */
  async lock(tx: Transaction, userId: string): Promise<AccountState | null> {
    await tx.$executeRaw`SELECT id FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
    return await tx.user.findUnique({ where: { id: userId, deletedAt: null }, select: FIELDS });
  }

  /** `seq` rises, so that nothing older undoes it; the time tells a Redis that was set back whose standing changed. */
  async change(tx: Transaction, userId: string, data: { role: Role; status: AccountStatus }): Promise<void> {
    await tx.user.update({
      where: { id: userId },
      data: { ...data, seq: { increment: 1 }, standingAt: new Date() },
    });
  }
}
