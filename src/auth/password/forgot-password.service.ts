import { Injectable } from '@nestjs/common';
import { MailService } from '../../mail/mail.service.js';
import { RateLimiter } from '../../rate-limit/rate-limiter.service.js';
import { limitRule } from '../../rate-limit/rule.js';
import { accountSubject } from '../../rate-limit/subject.js';

const MAIL_LIMITS = [
  limitRule({ name: 'FORGOT_MINUTE', by: 'account', algorithm: 'sliding', limit: 1, windowSec: 60 }),
  limitRule({ name: 'FORGOT_HOUR', by: 'account', algorithm: 'sliding', limit: 5, windowSec: 3_600 }),
];

/**
 * Takes the wish for a link to a new password. Whether anybody has the address, and how often it was asked for, is found
 * out by the worker: known and unknown addresses are answered alike and as fast (OWASP Forgot Password Cheat Sheet), and
 * nothing is spent on a mail that was not promised.
 */
@Injectable()
export class ForgotPasswordService {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly mails: MailService,
  ) {}

  /** Promises the mail. */
  async ask(email: string): Promise<void> {
    await this.mails.request({ kind: 'password_reset', secret: { email } });
  }

  /**
   * For the worker: at most one mail a minute and five an hour.
   * @param jobId the same mail spends one, however often it is tried
   */
  async mayBeSent(email: string, jobId: string): Promise<boolean> {
    const windows = this.limiter.windows.of(accountSubject(email), MAIL_LIMITS, jobId);
    return (await this.limiter.spend(windows)).every(({ allowed }) => allowed);
  }
}
