import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit.service.js';
import type { Caller } from '../../common/caller.js';
import { AppError } from '../../common/errors.js';
import { validationFailed } from '../../common/validation.js';
import { Database, type Transaction } from '../../database/database.service.js';
import { MailService } from '../../mail/mail.service.js';
import type { MailKind } from '../../mail/mail.types.js';
import { PasswordCheck } from '../password/password-check.service.js';
import { MfaCodes } from './mfa-codes.service.js';
import { MfaTries } from './mfa-tries.service.js';
import type { DisableTotp, EnrolTotp, RecoveryCodes, TotpEnrolment } from './mfa.dto.js';
import { isInForce, MfaRepository, type FactorInForce, type FactorRow } from './mfa.repository.js';
import { newTotpSecret, stepOfCode, totpUri } from './totp.js';

/** A session this young stands for the password. */
const YOUNG_SEC = 15 * 60;

const inForce = () =>
  new AppError('forbidden', { detail: 'The second factor is on already; switch it off to enrol another' });

/** Switching the second factor on and off. A reset of the password leaves it as it is. */
@Injectable()
export class MfaService {
  constructor(
    private readonly factors: MfaRepository,
    private readonly codes: MfaCodes,
    private readonly tries: MfaTries,
    private readonly passwords: PasswordCheck,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly mails: MailService,
  ) {}

  /**
   * Proposes a secret, in the place of one that was never confirmed. A session that has been open for long must send
   * the password again (OWASP ASVS 5, 7.5.1), so that whoever finds it open cannot lock its owner out.
   * @throws AppError forbidden when the second factor is on, invalid_credentials, login_locked
   */
  async enrol(
    caller: Caller,
    { password }: EnrolTotp,
    deviceToken: string | undefined,
  ): Promise<TotpEnrolment> {
    const row = await this.rowOf(caller);
    if (isInForce(row)) throw inForce();
    if (password !== undefined) await this.passwords.ofUser(row.userId, password, deviceToken);
    else if (!(await this.factors.isYoung(caller.sessionId, YOUNG_SEC)))
      throw new AppError('invalid_credentials', { detail: 'You signed in a while ago: send your password' });
    const secret = newTotpSecret();
    await this.database.$transaction(async (tx) => {
      const sealed = this.codes.seal(row.userId, secret);
      if (!(await this.factors.propose(tx, row.userId, sealed))) throw inForce();
      await this.audit.record({ ...by(caller), action: 'mfa.enrolled' }, tx);
    });
    return { secret, uri: totpUri(secret, row.username) };
  }

  /**
   * Puts the proposed secret in force. Wrong codes are not counted: who may ask was shown the secret.
   * @throws AppError invalid_code, not_found when nothing was proposed, forbidden when it is in force already
   */
  async confirm(caller: Caller, code: string): Promise<RecoveryCodes> {
    const row = await this.rowOf(caller);
    if (isInForce(row)) throw inForce();
    const secret = this.codes.open(row.userId, row.sealedSecret);
    if (secret === undefined) throw new AppError('not_found', { detail: 'Enrol first: POST /auth/mfa/totp' });
    const step = stepOfCode(secret, code.replaceAll(/\s/g, ''), row.atSec);
    if (step === undefined) throw new AppError('invalid_code');
    const { codes, hashes } = this.codes.newRecoveryCodes(row.userId);
    await this.change(row, 'mfa_enabled', async (tx) => {
      if (!(await this.factors.confirm(tx, row, step))) throw new AppError('invalid_code');
      await this.factors.replaceRecoveryCodes(tx, row.userId, hashes);
      await this.audit.record({ ...by(caller), action: 'mfa.confirmed' }, tx);
    });
    return { recoveryCodes: codes };
  }

  /**
   * Switches it off for whoever proves the second factor or the password again; the recovery codes go.
   * @throws AppError invalid_code, invalid_credentials, login_locked, validation_failed, not_found when it is off
   */
  async disable(
    caller: Caller,
    { code, password }: DisableTotp,
    deviceToken: string | undefined,
  ): Promise<void> {
    if ((code === undefined) === (password === undefined))
      throw validationFailed([{ path: 'code', message: 'send either code or password' }]);
    const row = await this.rowOf(caller);
    if (!isInForce(row)) throw new AppError('not_found', { detail: 'The second factor is off' });
    if (code !== undefined) await this.requireCode(row, code);
    if (password !== undefined) await this.passwords.ofUser(row.userId, password, deviceToken);
    await this.change(row, 'mfa_disabled', async (tx) => {
      if (!(await this.factors.disable(tx, row))) throw new AppError('not_found');
      await this.audit.record({ ...by(caller), action: 'mfa.disabled' }, tx);
    });
  }

  private async requireCode(row: FactorInForce, code: string): Promise<void> {
    const { userId } = row;
    await this.tries.attempt({ userId, scope: 'session' }, async () => {
      return await this.codes.use(row, code);
    });
  }

  /** Commits a change together with the promise of a mail that tells of it. */
  private async change(row: FactorRow, kind: MailKind, inCommit: (tx: Transaction) => Promise<void>) {
    const job = await this.database.$transaction(async (tx) => {
      await inCommit(tx);
      return await this.mails.promise(tx, { kind, userId: row.userId });
    });
    await this.mails.sendSoon(job);
  }

  private async rowOf({ userId }: Caller): Promise<FactorRow> {
    const row = await this.factors.find(userId);
    if (!row) throw new AppError('session_expired');
    return row;
  }
}

const by = ({ userId }: Caller) => ({ userId, actorId: userId });
