import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors.js';
import { Database, Prisma, type Transaction } from '../../database/database.service.js';

export interface OwnAddress {
  userId: string;
  email: string;
}

interface Held {
  email: string;
  proven: boolean;
}

type InSameCommit<T> = (tx: Transaction, before: Held) => Promise<T>;

/** Which address is whose, and whether it was proven. Only active accounts count. */
@Injectable()
export class AddressRepository {
  constructor(private readonly database: Database) {}

  /**
   * Notes that the address was proven.
   * @param onFirst what must happen because it is the first proof
   * @returns what `onFirst` did, if it was; undefined when the address is not, or no longer, the user's
   */
  async prove<T>(own: OwnAddress, onFirst: InSameCommit<T>): Promise<{ first?: T } | undefined> {
    return await this.database.$transaction(async (tx) => {
      const held = await this.lock(tx, own.userId);
      if (held?.email !== own.email) return undefined;
      if (held.proven) return {};
      await this.write(tx, own);
      return { first: await onFirst(tx, held) };
    });
  }

  /**
   * Gives the account another address, which was proven.
   * @returns what `inSameCommit` did; undefined when the account is not active
   * @throws AppError email_taken
   */
  async replace<T>(own: OwnAddress, inSameCommit: InSameCommit<T>): Promise<T | undefined> {
    try {
      return await this.database.$transaction(async (tx) => {
        const held = await this.lock(tx, own.userId);
        if (!held) return undefined;
        await this.write(tx, own);
        // A link that was mailed to the old address must not open the account any more.
        await tx.passwordReset.deleteMany({ where: { userId: own.userId } });
        return await inSameCommit(tx, held);
      });
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
        throw new AppError('email_taken');
      throw error;
    }
  }

  private async lock(tx: Transaction, userId: string): Promise<Held | undefined> {
    const rows = await tx.$queryRaw<Held[]>`
      SELECT email, email_verified_at IS NOT NULL AS proven FROM users
      WHERE id = ${userId}::uuid AND status = 'active' AND deleted_at IS NULL FOR NO KEY UPDATE`;
    return rows[0];
  }

  /** `seq` rises, so that no older profile is put back into Redis. */
  private async write(tx: Transaction, { userId, email }: OwnAddress): Promise<void> {
    await tx.user.update({
      where: { id: userId },
      data: { email, emailVerifiedAt: new Date(), seq: { increment: 1 } },
    });
  }
}
