import { Injectable } from '@nestjs/common';
import { sendMail } from '../mail/mail.jobs.js';
import type { Transaction } from '../database/database.service.js';

/** How much of the id the name of a stub shows; names of stubs need not be unique. */
const SHOWN = 8;

/** What a deletion does to the rows of an account. */
@Injectable()
export class AccountDeletionRepository {
  /**
   * Leaves a stub without personal data. Its address has no dot and its key a hyphen, so that nobody can sign up with
   * either and be in the way of a deletion; the old ones are free again.
   */
  async makeStub(tx: Transaction, userId: string): Promise<void> {
    const deletedAt = new Date();
    await tx.user.update({
      where: { id: userId },
      data: {
        ...{ email: `deleted-${userId}@invalid`, emailVerifiedAt: null, passwordHash: '' },
        ...{ username: `deleted_${userId.slice(-SHOWN)}`, usernameKey: `deleted-${userId}` },
        ...{ displayName: 'Deleted user', role: 'learner', deletedAt, standingAt: deletedAt },
        ...{ totpSecret: null, totpConfirmedAt: null, totpStep: 0n, seq: { increment: 1 } },
      },
    });
  }

  /**
   * Removes what else would tell who it was. Submissions, ledger, standings and quizzes stay: they are the statistics of
   * others, and name the stub only.
   */
  async removePersonalData(tx: Transaction, userId: string): Promise<void> {
    await tx.session.updateMany({ where: { userId }, data: { ip: '', userAgent: '' } });
    await tx.passwordReset.deleteMany({ where: { userId } });
    await tx.recoveryCode.deleteMany({ where: { userId } });
    await tx.import.deleteMany({ where: { ownerId: userId } });
    await tx.idempotencyKey.deleteMany({ where: { userId } });
    await tx.notification.deleteMany({ where: { userId } });
    await tx.userActivityDay.deleteMany({ where: { userId } });
    await tx.userActivityMonth.deleteMany({ where: { userId } });
    await tx.userActivityTotal.deleteMany({ where: { userId } });
    await tx.notificationPreference.deleteMany({ where: { userId } });
    await tx.follow.deleteMany({ where: { OR: [{ followerId: userId }, { followeeId: userId }] } });
    await tx.block.deleteMany({ where: { OR: [{ blockerId: userId }, { blockedId: userId }] } });
    await tx.$executeRaw`
      UPDATE message_reports r SET text = '' FROM messages m
      WHERE m.id = r.message_id AND m.sender_id = ${userId}::uuid`;
    await tx.messageReport.deleteMany({ where: { reporterId: userId } });
    // A mail that is on its way to a slow mail server holds its row; tried again, it finds nobody to write to.
    await tx.$executeRaw`
      DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE queue = ${sendMail.name} AND payload->>'userId' = ${userId}
        FOR UPDATE SKIP LOCKED)`;
  }
}
