import { Injectable } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import type { Stranger } from '../common/activity/activities.service.js';
import { Secrets } from '../config/secrets.js';
import { limitAddress } from '../rate-limit/client-address.js';

/** Knows strangers again within a day, and not beyond it. */
@Injectable()
export class VisitorHash {
  private salt: { day: string; key: Buffer } | undefined;

  constructor(private readonly secrets: Secrets) {}

  /**
   * The same for the same address (of IPv6 its /64) and agent on the same day, at every process. The salt of the day is
   * derived from the secret that all share, so no table of addresses gives them back, and no two days can be matched.
   */
  of({ ip, userAgent }: Stranger, day: string): string {
    return createHmac('sha256', this.saltOf(day))
      .update(`${limitAddress(ip)}\n${userAgent ?? ''}`)
      .digest('base64url');
  }

  private saltOf(day: string): Buffer {
    if (this.salt?.day !== day) this.salt = { day, key: this.secrets.plainKeys(`visitors of ${day}`)[0] };
    return this.salt.key;
  }
}
