import { Injectable } from '@nestjs/common';
import type { Role } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import { normaliseEmail } from '../common/email-form.js';

export interface NewAccount {
  email: string;
  username: string;
  passwordHash: string;
  role?: Role;
  emailVerified?: boolean;
}

/** What log-in and the administrator's bootstrap need of an account. */
export interface Account {
  id: string;
  email: string;
  usernameKey: string;
  passwordHash: string;
  role: Role;
}

/** Two names that look alike are one. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase();

const FIELDS = { id: true, email: true, usernameKey: true, passwordHash: true, role: true } as const;

@Injectable()
export class AccountRepository {
  constructor(private readonly database: Database) {}

  async byEmail(email: string): Promise<Account | null> {
    return await this.database.user.findUnique({
      where: { email: normaliseEmail(email), deletedAt: null },
      select: FIELDS,
    });
  }

  async byUsername(username: string): Promise<Account | null> {
    return await this.database.user.findUnique({
      where: { usernameKey: usernameKey(username), deletedAt: null },
      select: FIELDS,
    });
  }

  async byId(id: string): Promise<Account | null> {
    return await this.database.user.findUnique({ where: { id, deletedAt: null }, select: FIELDS });
  }

  /** @throws AppError email_taken, username_taken */
  async requireFree({ email, username }: { email: string; username: string }): Promise<void> {
    if (await this.byEmail(email)) throw new AppError('email_taken');
    if (await this.byUsername(username)) throw new AppError('username_taken');
  }

  /**
   * Stores an account.
   * @param inSameCommit what must happen because of it; answers for all
   * @throws AppError email_taken, username_taken
   */
  async create<T>(
    { email, username, passwordHash, role, emailVerified }: NewAccount,
    inSameCommit: (tx: Transaction, userId: string) => Promise<T>,
  ): Promise<T> {
    const id = newId();
    const data = {
      ...{ id, email: normaliseEmail(email), username, usernameKey: usernameKey(username) },
      ...{ displayName: username, passwordHash, role: role ?? 'learner' },
      emailVerifiedAt: emailVerified ? new Date() : null,
    };
    try {
      return await this.database.$transaction(async (tx) => {
        await tx.user.create({ data });
        return await inSameCommit(tx, id);
      });
    } catch (error) {
      if (isDuplicate(error)) await this.requireFree({ email, username });
      throw error;
    }
  }

  async setHash(tx: Transaction, id: string, passwordHash: string): Promise<void> {
    await tx.user.update({ where: { id }, data: { passwordHash } });
  }

  /** Puts another hash of the same password in the place of `from`; false when that is no longer there. */
  async replaceHash(id: string, from: string, to: string): Promise<boolean> {
    const where = { id, passwordHash: from };
    const { count } = await this.database.user.updateMany({ where, data: { passwordHash: to } });
    return count === 1;
  }

  /** Notes the first proof of the address; false when it was proven before. */
  async markVerified(tx: Transaction, id: string): Promise<boolean> {
    const { count } = await tx.user.updateMany({
      where: { id, emailVerifiedAt: null },
      data: { emailVerifiedAt: new Date(), seq: { increment: 1 } },
    });
    return count === 1;
  }

  /** Makes an account the administrator's own. */
  async makeAdmin(
    id: string,
    changes: { passwordHash?: string; username?: string; email?: string },
  ): Promise<void> {
    const { username, ...rest } = changes;
    const names = username ? { username, usernameKey: usernameKey(username), displayName: username } : {};
    await this.database.user.update({
      where: { id },
      data: {
        ...{ ...rest, ...names, role: 'admin', status: 'active' },
        ...{ emailVerifiedAt: new Date(), seq: { increment: 1 } },
      },
    });
  }
}

const isDuplicate = (error: unknown) =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
