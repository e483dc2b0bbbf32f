import { Injectable } from '@nestjs/common';
import type { Role } from '../common/caller.js';
import { Database, type Transaction } from '../database/database.service.js';

export type AccountStatus = 'active' | 'banned';

/** What decides who may do what with an account, and what must follow. */
export interface AccountState {
  id: string;
  username: string;
  email: string;
  role: Role;
  status: AccountStatus;
  deletedAt: Date | null;
  /** Of the last change of the standing or the public row. */
  seq: bigint;
}

const FIELDS = {
  ...{ id: true, username: true, email: true },
  ...{ role: true, status: true, deletedAt: true, seq: true },
} as const;

/** Accounts as administrators and their owners end or change them. */
@Injectable()
export class AccountStateRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<AccountState | null> {
    return await this.database.user.findUnique({ where: { id: userId }, select: FIELDS });
  }

  async statuses(userIds: string[]): Promise<Map<string, AccountStatus>> {
    const where = { id: { in: userIds } };
    const rows = await this.database.user.findMany({ where, select: { id: true, status: true } });
    return new Map(rows.map(({ id, status }) => [id, status]));
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
