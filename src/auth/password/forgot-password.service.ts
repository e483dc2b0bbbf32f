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
 * Takes the wish for a link to a new password. Whether anybody has the address is found out by the worker, so that
 * known and unknown ones are answered alike and as fast (OWASP Forgot Password Cheat Sheet).
 */
@Injectable()
export class ForgotPasswordService {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly mails: MailService,
  ) {}

  /** Promises the mail, unless this address asked within the minute, or five times within the hour. */
  async ask(email: string): Promise<void> {
    const windows = this.limiter.windows.of(accountSubject(email), MAIL_LIMITS);
    const statuses = await this.limiter.spend(windows);
    if (statuses.every((status) => status.allowed))
      await this.mails.request({ kind: 'password_reset', secret: { email } });
  }
}
