import { Injectable } from '@nestjs/common';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';

/** Keeps mails about notifications from becoming a flood; codes and warnings have limits of their own. */
@Injectable()
export class MailAllowance {
  constructor(private readonly limits: RateLimiter) {}

  /** @param jobId the same mail spends one, however often it is tried. @returns whether the mail may be sent */
  async spend(userId: string, jobId: string): Promise<boolean> {
    const window = this.limits.ofUser(userId, 'NOTIFICATION_MAIL', 'sliding', jobId);
    return (await this.limits.spend([window])).every(({ allowed }) => allowed);
  }
}
