import { Injectable, Logger } from '@nestjs/common';
import { isOutage } from '../common/problem.js';
import { ownerOf } from '../redis/key.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { LimitWindows } from './limit-windows.service.js';
import { giveBack, spend } from './rate-limit.scripts.js';
import { requireAllowed } from './refusal.js';
import type { LimitedRequest, RateLimitRule } from './rule.js';
import { byOwner, type LimitWindow, type WindowStatus } from './window.js';

/**
 * Spends limits in one round trip. Those of one owner are spent all or none, in one script. Of several owners, which may
 * be on several shards, each answers for itself; when one refuses, what the others spent is given back. Until it is, or
 * when giving back fails, others may be refused too soon, never admitted too many.
 */
@Injectable()
export class RateLimiter {
  private readonly logger = new Logger(RateLimiter.name);

  constructor(
    readonly windows: LimitWindows,
    private readonly scripts: ScriptRunner,
  ) {}

  /** Spends one of each rule that a request falls under. @throws AppError rate_limited; an outage where one says so */
  async require(request: LimitedRequest, rules: readonly RateLimitRule[]): Promise<void> {
    requireAllowed(await this.spend(this.windows.for(request, rules)));
  }

  /** Spends one from each window, or from none; says per window how it stands. */
  async spend(windows: LimitWindow[]): Promise<WindowStatus[]> {
    return await this.settle(this.groups(windows));
  }

  /** As `spend`, but `admit` spends those of the user, along with whatever else it has Redis do. */
  async spendWith<Admission extends { statuses: WindowStatus[] }>(
    userId: string,
    windows: LimitWindow[],
    admit: (ofUser: LimitWindow[]) => Promise<Admission>,
  ): Promise<Admission> {
    const own = windows.filter(({ key }) => ownerOf(key) === `user:${userId}`);
    const admission = admit(own);
    const statuses = await this.settle([
      admission.then((admitted) => admitted.statuses),
      ...this.groups(windows.filter((window) => !own.includes(window))),
    ]);
    return { ...(await admission), statuses };
  }

  private groups(windows: LimitWindow[]): Promise<WindowStatus[]>[] {
    return byOwner(windows, (window) => window).map(async (group) => await this.spendGroup(group));
  }

  /** Of one owner. Nothing is counted while Redis is away, if all its rules say so. */
  private async spendGroup(windows: LimitWindow[]): Promise<WindowStatus[]> {
    try {
      return await this.scripts.run(spend, windows);
    } catch (error) {
      if (!isOutage(error) || windows.some(({ whenAway }) => whenAway === 'refuse')) throw error;
      this.logger.warn(`Redis is away: ${windows.map(({ name }) => name).join(', ')} went uncounted`);
      return [];
    }
  }

  /** Waits for all that were sent together; spent is what all of them admit, or nothing. */
  private async settle(spendings: Promise<WindowStatus[]>[]): Promise<WindowStatus[]> {
    const settled = await Promise.allSettled(spendings);
    const statuses = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed || statuses.some(({ allowed }) => !allowed)) await this.giveBack(statuses);
    if (failed) throw failed.reason;
    return statuses;
  }

  private async giveBack(statuses: WindowStatus[]): Promise<void> {
    const spent = statuses.filter(({ receipt }) => receipt > 0);
    try {
      await this.scripts.runAll(byOwner(spent, ({ window }) => window).map((group) => call(giveBack, group)));
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.logger.warn(`Redis is away: ${spent.length} slots come back only with their windows`);
    }
  }
}
