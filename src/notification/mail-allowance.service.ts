import { Injectable } from '@nestjs/common';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';
import { limitRule } from '../rate-limit/rule.js';
import { userSubject } from '../rate-limit/subject.js';

const MAILS = limitRule({ name: 'NOTIFICATION_MAIL', by: 'user', algorithm: 'sliding' });

/** Keeps mails about notifications from becoming a flood; codes and warnings have limits of their own. */
@Injectable()
export class MailAllowance {
  constructor(private readonly limits: RateLimiter) {}

  /** @param jobId the same mail spends one, however often it is tried. @returns whether the mail may be sent */
  async spend(userId: string, jobId: string): Promise<boolean> {
    const windows = this.limits.windows.of(userSubject(userId), [MAILS], jobId);
    return (await this.limits.spend(windows)).every(({ allowed }) => allowed);
  }
}
