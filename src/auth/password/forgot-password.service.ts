import { Injectable } from '@nestjs/common';
import { newId } from '../../common/id.js';
import { Secrets } from '../../config/secrets.js';
import { MailService } from '../../mail/mail.service.js';
import { RateLimiter } from '../../rate-limit/rate-limiter.service.js';
import type { LimitWindow } from '../../rate-limit/window.js';
import { keys } from '../../redis/keys.js';

const MINUTE_MS = 60_000;
const MAILS_AN_HOUR = 5;

/**
 * Takes the wish for a link to a new password. Whether anybody has the address is found out by the worker, so that
 * known and unknown ones are answered alike and as fast (OWASP Forgot Password Cheat Sheet).
 */
@Injectable()
export class ForgotPasswordService {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly secrets: Secrets,
    private readonly mails: MailService,
  ) {}

  /** Promises the mail, unless this address asked within the minute, or five times within the hour. */
  async ask(email: string): Promise<void> {
    const statuses = await this.limiter.spend(this.windowsOf(email));
    if (statuses.every((status) => status.allowed))
      await this.mails.request({ kind: 'password_reset', secret: { email } });
  }

  private windowsOf(email: string): LimitWindow[] {
    const address = this.secrets.mac('forgotten address', email);
    const member = newId();
    const window = (name: string, count: number, windowMs: number): LimitWindow => ({
      ...{ name: 'FORGOT', kind: 'sliding', key: keys.auth.forgotten(address, name) },
      ...{ count, windowMs, member },
    });
    return [window('minute', 1, MINUTE_MS), window('hour', MAILS_AN_HOUR, 60 * MINUTE_MS)];
  }
}
