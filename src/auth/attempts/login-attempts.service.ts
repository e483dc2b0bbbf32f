import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { AuditLog } from '../../audit/audit.service.js';
import { AppError, unavailable } from '../../common/errors.js';
import { newId } from '../../common/id.js';
import { Secrets } from '../../config/secrets.js';
import { keys } from '../../redis/keys.js';
import { REDIS } from '../../redis/redis.tokens.js';
import { ScriptRunner } from '../../redis/script-runner.js';
import { usernameKey } from '../account.repository.js';
import {
  beginAttempt,
  settleAttempt,
  type Attempt,
  type AttemptPolicy,
  type Outcome,
} from './attempt.scripts.js';
import { DeviceTokens } from './device-token.service.js';

const DAY_MS = 24 * 3600 * 1000;
const POLICY: AttemptPolicy = { free: 5, firstMs: 1_000, longestMs: 15 * 60_000, keepMs: DAY_MS };
/** A check that takes longer is taken for one whose process died. */
const UNDER_WAY_MS = 10_000;
/** For the turn of one of many log-ins at once, which is no attack when the password is right. */
const MAX_WAIT_MS = 2_000;
const LOOK_AGAIN_MS = { first: 20, longest: 200 };
const STRANGERS = 'strangers';

/** Whose password somebody says to know. */
export interface Claim {
  /** Undefined when nobody has the name. */
  userId: string | undefined;
  /** The name given, which counts where there is no account. */
  identifier: string;
  /** The token of a device that has signed in before, if the client sent one. */
  deviceToken: string | undefined;
}

/**
 * Slows guessing down, account by account: 5 failures, then a delay of 1 s that doubles with each further one up to
 * 15 minutes (OWASP ASVS 5, 6.3.1; NIST SP 800-63B, section 3.2.2). An attempt is counted before its password is
 * compared; during a delay it is refused unseen, and the delay does not grow. A name that nobody has is counted alike.
 * A device that has signed in before has a counter of its own, so that strangers cannot lock the owner out.
 */
@Injectable()
export class LoginAttempts {
  private readonly logger = new Logger(LoginAttempts.name);

  constructor(
    private readonly scripts: ScriptRunner,
    @Inject(REDIS) private readonly redis: Redis,
    private readonly secrets: Secrets,
    private readonly devices: DeviceTokens,
    private readonly audit: AuditLog,
  ) {}

  /** Does `check` when it is allowed to, and counts what it answers. @throws AppError login_locked, unavailable */
  async guard(claim: Claim, check: () => Promise<boolean>): Promise<boolean> {
    const attempt = this.attemptOf(claim);
    await this.begin(attempt);
    let outcome: Outcome = 'withdrawn';
    try {
      outcome = (await check()) ? 'succeeded' : 'failed';
    } finally {
      await this.settle(attempt, outcome, claim.userId);
    }
    return outcome === 'succeeded';
  }

  /** Forgets all failures on an account, of strangers and devices. */
  async clear(userId: string): Promise<void> {
    await this.redis.del(keys.auth.attempts(this.accountOf(userId, '')));
  }

  private attemptOf({ userId, identifier, deviceToken }: Claim): Attempt {
    return {
      account: this.accountOf(userId, identifier),
      counter: this.devices.deviceOf(userId, deviceToken) ?? STRANGERS,
      attemptId: newId(),
      policy: POLICY,
    };
  }

  /** Nobody who reads Redis learns which names are tried. */
  private accountOf(userId: string | undefined, identifier: string): string {
    const whose = userId === undefined ? `name ${usernameKey(identifier)}` : `user ${userId}`;
    return this.secrets.mac('log-in attempts', whose);
  }

  private async begin(attempt: Attempt): Promise<void> {
    const endsAt = performance.now() + MAX_WAIT_MS;
    for (
      let lookAgainMs = LOOK_AGAIN_MS.first;
      ;
      lookAgainMs = Math.min(2 * lookAgainMs, LOOK_AGAIN_MS.longest)
    ) {
      const { state, leftMs } = await this.scripts.run(beginAttempt, {
        ...attempt,
        underWayMs: UNDER_WAY_MS,
      });
      if (state === 'begun') return;
      if (state === 'locked') throw locked(leftMs);
      if (performance.now() > endsAt) throw unavailable('Signing in');
      await wait(lookAgainMs);
    }
  }

  private async settle(attempt: Attempt, outcome: Outcome, userId: string | undefined): Promise<void> {
    const { failures, delayMs } = await this.scripts.run(settleAttempt, { ...attempt, outcome });
    if (delayMs === 0 || userId === undefined) return;
    // Not awaited: an unknown name has no such entry, and must not be answered any sooner for it.
    setImmediate(() => void this.writeDown(userId, failures, delayMs, attempt.counter !== STRANGERS));
  }

  private async writeDown(
    userId: string,
    failures: number,
    delayMs: number,
    knownDevice: boolean,
  ): Promise<void> {
    try {
      const details = { failures, delaySec: delayMs / 1000, knownDevice };
      await this.audit.record({ userId, actorId: null, action: 'login.locked', details });
    } catch (error) {
      this.logger.warn(`login.locked was not written to the audit log: ${String(error)}`);
    }
  }
}

function locked(leftMs: number): AppError {
  const retryAfterSec = Math.max(1, Math.ceil(leftMs / 1000));
  return new AppError('login_locked', {
    detail: `Too many failed log-ins; try again in ${retryAfterSec} s, or reset the password`,
    retryAfterSec,
  });
}
