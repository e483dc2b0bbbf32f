import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../common/id.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import type { Limit } from '../config/limits.js';
import { Secrets } from '../config/secrets.js';
import { keys } from '../redis/keys.js';
import type { LimitedRequest, RateLimitRule } from './rule.js';
import { subjectOf, type Subject } from './subject.js';
import type { LimitWindow } from './window.js';

const KEYS = {
  user: keys.limit,
  ip: keys.addressLimit,
  account: keys.accountLimit,
  custom: keys.customLimit,
};
/** As long as a hash; longer members would take more memory than their slot is worth. */
const MEMBER_MAX = 43;

/** Makes windows of rules: whom they count, from where their values come, and under which key. */
@Injectable()
export class LimitWindows {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly secrets: Secrets,
  ) {}

  /** Those of a request. @param member names it in a sliding window: its id, or its Idempotency-Key */
  for(request: LimitedRequest, rules: readonly RateLimitRule[], member = newId()): LimitWindow[] {
    return rules.flatMap((rule) => {
      const subject = subjectOf(rule, request);
      return subject ? this.of(subject, [rule], member) : [];
    });
  }

  of(subject: Subject, rules: readonly RateLimitRule[], member = newId()): LimitWindow[] {
    const owner = this.ownerId(subject);
    return rules.map((rule) => {
      const { count, windowSec } = this.limitOf(rule);
      return {
        ...{ name: rule.name.toLowerCase(), algorithm: rule.algorithm, whenAway: rule.whenAway ?? 'refuse' },
        key: KEYS[subject.kind][rule.algorithm](owner, rule.name.toLowerCase()),
        ...{ limit: count, windowMs: windowSec * 1000, member: shortened(member) },
      };
    });
  }

  /** Nobody who reads Redis learns which accounts are named, nor what a rule of its own counts by. */
  ownerId({ kind, id }: Subject): string {
    return kind === 'user' || kind === 'ip' ? id : this.secrets.mac('limits', `${kind} ${id}`);
  }

  private limitOf(rule: RateLimitRule): Limit {
    if ('limit' in rule) return { count: rule.limit, windowSec: rule.windowSec };
    return this.config.limits[rule.name];
  }
}

const shortened = (member: string): string =>
  member.length <= MEMBER_MAX ? member : createHash('sha256').update(member).digest('base64url');
