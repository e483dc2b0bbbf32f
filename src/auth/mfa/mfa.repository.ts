import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.service.js';

/** What the second factor needs of an account. */
export interface FactorRow {
  userId: string;
  username: string;
  passwordHash: string;
  /** Null until enrolled. */
  sealedSecret: string | null;
  /** Null until confirmed: not in force before. */
  confirmedAt: Date | null;
  /** Seconds since 1970 by PostgreSQL's clock, which all nodes share. */
  atSec: number;
}

/** A row whose second factor is in force. */
export type FactorInForce = FactorRow & { confirmedAt: Date };

export const isInForce = (row: FactorRow | undefined): row is FactorInForce =>
  row?.confirmedAt instanceof Date;

/**
 * The second factor of accounts. What may happen once is one UPDATE that says what it presumes: of many side by side
 * one finds it so, on whatever node, and whatever Redis has lost.
 */
@Injectable()
export class MfaRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<FactorRow | undefined> {
    const rows = await this.database.$queryRaw<FactorRow[]>`
      SELECT id AS "userId", username, password_hash AS "passwordHash", totp_secret AS "sealedSecret",
        totp_confirmed_at AS "confirmedAt", extract(epoch FROM clock_timestamp())::float8 AS "atSec"
      FROM users WHERE id = ${userId}::uuid AND deleted_at IS NULL`;
    return rows[0];
  }

  async isYoung(sessionId: string, withinSec: number): Promise<boolean> {
    const rows = await this.database.$queryRaw<unknown[]>`
      SELECT 1 FROM sessions
      WHERE id = ${sessionId}::uuid AND created_at > now() - make_interval(secs => ${withinSec}::float8)`;
    return rows.length > 0;
  }

  /** Takes the place of a secret that was never confirmed; false when one is in force. */
  async propose(tx: Transaction, userId: string, sealedSecret: string): Promise<boolean> {
    const proposed = await tx.$executeRaw`
      UPDATE users SET totp_secret = ${sealedSecret}, totp_step = 0
      WHERE id = ${userId}::uuid AND totp_confirmed_at IS NULL AND deleted_at IS NULL`;
    return proposed === 1;
  }

  /** Puts the proposed secret in force, and uses up the step of the code that proved it. */
  async confirm(tx: Transaction, { userId, sealedSecret }: FactorRow, step: bigint): Promise<boolean> {
    const confirmed = await tx.$executeRaw`
      UPDATE users SET totp_confirmed_at = now(), totp_step = ${step}
      WHERE id = ${userId}::uuid AND totp_secret = ${sealedSecret} AND totp_confirmed_at IS NULL`;
    return confirmed === 1;
  }

  async replaceRecoveryCodes(tx: Transaction, userId: string, codeHashes: string[]): Promise<void> {
    await tx.recoveryCode.deleteMany({ where: { userId } });
    await tx.recoveryCode.createMany({ data: codeHashes.map((codeHash) => ({ userId, codeHash })) });
  }

  /** Uses a step up, and all before it; false when it was. `sealedSecret` is the same secret under the newest key. */
  async takeStep(row: FactorInForce, step: bigint, sealedSecret: string): Promise<boolean> {
    const taken = await this.database.$executeRaw`
      UPDATE users SET totp_step = ${step}, totp_secret = ${sealedSecret}
      WHERE id = ${row.userId}::uuid AND totp_confirmed_at = ${row.confirmedAt} AND totp_step < ${step}`;
    return taken === 1;
  }

  /** Uses a recovery code up; false when there is none such, or it was used. */
  async takeRecoveryCode(tx: Transaction, userId: string, codeHashes: string[]): Promise<boolean> {
    const taken = await tx.$executeRaw`
      UPDATE recovery_codes SET used_at = now()
      WHERE user_id = ${userId}::uuid AND code_hash = ANY(${codeHashes}) AND used_at IS NULL`;
    return taken === 1;
  }

  /** Puts the second factor out of force; false when it already was. */
  async disable(tx: Transaction, { userId, confirmedAt }: FactorInForce): Promise<boolean> {
    const disabled = await tx.$executeRaw`
      UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_step = 0
      WHERE id = ${userId}::uuid AND totp_confirmed_at = ${confirmedAt}`;
    if (disabled !== 1) return false;
    await tx.recoveryCode.deleteMany({ where: { userId } });
    return true;
  }
}
