import { createHmac } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../../audit/audit.service.js';
import { Sealer } from '../../common/sealer.js';
import { Secrets } from '../../config/secrets.js';
import { Database } from '../../database/database.service.js';
import { MfaRepository, type FactorInForce } from './mfa.repository.js';
import { isRecoveryCode, newRecoveryCodes, plainCode } from './recovery-code.js';
import { isTotpCode, stepOfCode } from './totp.js';

const contextOf = (userId: string) => `totp:${userId}`;

/** The secrets behind the second factor, and the codes that prove it: each is good once. */
@Injectable()
export class MfaCodes {
  private readonly logger = new Logger(MfaCodes.name);
  private readonly sealer: Sealer;
  private readonly recoveryKeys: Buffer[];

  constructor(
    secrets: Secrets,
    private readonly factors: MfaRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {
    this.sealer = new Sealer(secrets.plainKeys('totp secret'));
    this.recoveryKeys = secrets.plainKeys('recovery code');
  }

  seal(userId: string, secret: string): string {
    return this.sealer.seal(secret, contextOf(userId));
  }

  /** The secret of a row; undefined where there is none, or it was sealed by a key that is gone from JWT_SECRET. */
  open(userId: string, sealedSecret: string | null): string | undefined {
    if (sealedSecret === null) return undefined;
    const secret = this.sealer.open(sealedSecret, contextOf(userId));
    if (secret === undefined)
      this.logger.error(
        `The second factor of ${userId} was sealed by a secret that JWT_SECRET no longer lists`,
      );
    return secret;
  }

  /** Ten recovery codes, to be shown once, and what is kept of them. */
  newRecoveryCodes(userId: string): { codes: string[]; hashes: string[] } {
    const codes = newRecoveryCodes();
    return { codes, hashes: codes.flatMap((code) => this.hashesOf(userId, plainCode(code)).slice(0, 1)) };
  }

  /** Uses a code up, of the app or a recovery code; false when it is wrong or was used. */
  async use(row: FactorInForce, typed: string): Promise<boolean> {
    const code = plainCode(typed);
    if (isTotpCode(code)) return await this.useTotp(row, code);
    return isRecoveryCode(code) && (await this.useRecovery(row.userId, code));
  }

  private async useTotp(row: FactorInForce, code: string): Promise<boolean> {
    const secret = this.open(row.userId, row.sealedSecret);
    const step = secret === undefined ? undefined : stepOfCode(secret, code, row.atSec);
    if (secret === undefined || step === undefined) return false;
    // Sealed anew, so that a replaced JWT_SECRET need not be kept for those who use their second factor.
    return await this.factors.takeStep(row, step, this.seal(row.userId, secret));
  }

  private async useRecovery(userId: string, code: string): Promise<boolean> {
    return await this.database.$transaction(async (tx) => {
      const taken = await this.factors.takeRecoveryCode(tx, userId, this.hashesOf(userId, code));
      if (taken) await this.audit.record({ userId, actorId: userId, action: 'mfa.recovery_used' }, tx);
      return taken;
    });
  }

  /** Under every key, the newest first: which one it was kept under is not known. */
  private hashesOf(userId: string, code: string): string[] {
    return this.recoveryKeys.map((key) =>
      createHmac('sha256', key).update(`${userId}:${code}`).digest('base64url'),
    );
  }
}
