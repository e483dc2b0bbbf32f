import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors.js';
import { MailService } from '../../mail/mail.service.js';
import { AddressProofs } from '../email/address-proofs.js';
import { CodeSlots } from './code-slots.js';
import { OneTimeCodes } from './one-time-codes.js';
import type { AskForOtp, UseOtp } from './otp.dto.js';

/** Codes by mail, to log in or to prove an address. Known and unknown addresses are told the same. */
@Injectable()
export class OtpService {
  constructor(
    private readonly slots: CodeSlots,
    private readonly codes: OneTimeCodes,
    private readonly mails: MailService,
    private readonly proofs: AddressProofs,
  ) {}

  /** Promises a mail; the worker sees whether anybody has the address, and whether it was asked for too soon. */
  async request({ email, purpose }: AskForOtp): Promise<void> {
    await this.mails.request({ kind: 'otp', secret: { email, purpose } });
  }

  /**
   * Takes the code, which proves the address, too; returns whose it is.
   * @param sessionId of the caller, if there is one: it outlives the first proof of the address
   * @throws AppError invalid_code, whatever was wrong
   */
  async use({ email, purpose, code }: UseOtp, sessionId: string | undefined): Promise<string> {
    const userId = await this.codes.redeem(this.slots.otp(email, purpose), code);
    const proven = userId !== undefined && (await this.proofs.accept({ userId, email }, sessionId));
    if (!proven)
      throw new AppError('invalid_code', { detail: 'The code is wrong, used or too old; ask for another' });
    return userId;
  }
}
