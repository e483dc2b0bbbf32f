import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import type { LimitName } from '../config/limits.js';
import { keys } from '../redis/keys.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { limitAddress } from './client-address.js';
import { spend } from './rate-limit.scripts.js';
import type { LimitWindow, WindowKind, WindowStatus } from './window.js';

/** Makes the windows of an owner from configuration and spends from them. */
@Injectable()
export class RateLimiter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly scripts: ScriptRunner,
  ) {}

  /** @param member identifies the request in a sliding window: its id, or its Idempotency-Key */
  ofUser(userId: string, name: LimitName, kind: WindowKind, member: string): LimitWindow {
    const make = kind === 'sliding' ? keys.limit.userSliding : keys.limit.user;
    return this.window(name, kind, make(userId, name.toLowerCase()), member);
  }

  /** @param ip any address; IPv6 counts by its /64 */
  ofAddress(ip: string | undefined, name: LimitName): LimitWindow {
    return this.window(name, 'fixed', keys.limit.ip(limitAddress(ip), name.toLowerCase()), '');
  }

  /** Spends one from each window, all of one owner, or from none; says per window how it stands. */
  async spend(windows: LimitWindow[]): Promise<WindowStatus[]> {
    return await this.scripts.run(spend, windows);
  }

  private window(name: LimitName, kind: WindowKind, key: LimitWindow['key'], member: string): LimitWindow {
    const { count, windowSec } = this.config.limits[name];
    return { name, kind, key, count, windowMs: windowSec * 1000, member };
  }
}
