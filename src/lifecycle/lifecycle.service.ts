import { Injectable, Logger } from '@nestjs/common';
import { asError } from '../common/as-error.js';
import { Repeats } from '../jobs/repeats.service.js';
import { RunLog } from '../jobs/run-log.service.js';
import { DormancySweep } from './dormancy.sweep.js';
import { LastSeenSweep } from './last-seen.sweep.js';
import { OrphanedKeysSweep } from './orphaned-keys.sweep.js';
import { dueAtMs } from './rounds.js';
import type { Report, Sweep } from './sweep.js';
import { WarningsSweep } from './warnings.sweep.js';

/** How often each process looks what is due; as soon, another one goes on where one died. */
export const LOOK_MS = 2_000;
/** How long a turn outlives a process that dies in it. */
const TURN_MS = 5_000;
/** What is due stands in the log of runs, so that an operator's command need not wait for a turn in which nothing was. */
const TURN = { endsWithWork: true };

/** Does what comes round when it is due, in one of all processes. */
@Injectable()
export class Lifecycle {
  private readonly logger = new Logger(Lifecycle.name);
  private readonly sweeps: Sweep[];

  constructor(
    private readonly repeats: Repeats,
    private readonly runs: RunLog,
    lastSeen: LastSeenSweep,
    warnings: WarningsSweep,
    dormancy: DormancySweep,
    orphans: OrphanedKeysSweep,
  ) {
    // When users were last seen is what the next two go by.
    this.sweeps = [lastSeen, warnings, dormancy, orphans];
  }

  /** What is due, if it is this process's turn to look. */
  async sweepDue(): Promise<void> {
    const work = async (stop: AbortSignal) => {
      const [nowMs, runs] = [await this.runs.nowMs(), await this.runs.all()];
      const due = this.sweeps.filter(({ round }) => dueAtMs(round.everyMs, runs.get(round.name)) <= nowMs);
      for (const { name, error } of await this.sweep(due, stop, () => undefined))
        this.logger.warn(`${name} is swept again in a minute: ${String(error)}`);
    };
    await this.repeats.run('lifecycle', TURN_MS, work, TURN);
  }

  /**
   * All of it, now.
   * @returns those that failed; undefined when another process is at it
   * @throws why nobody could tell whether one is
   */
  async sweepNow(report: Report): Promise<{ name: string; error: Error }[] | undefined> {
    let failed: { name: string; error: Error }[] | undefined;
    const work = async (stop: AbortSignal) => {
      failed = await this.sweep(this.sweeps, stop, report);
    };
    await this.repeats.attempt('lifecycle', TURN_MS, work, TURN);
    return failed;
  }

  private async sweep(sweeps: Sweep[], stop: AbortSignal, report: Report) {
    const failed: { name: string; error: Error }[] = [];
    for (const sweep of sweeps) {
      if (stop.aborted) break;
      const { name } = sweep.round;
      await this.runs
        .run(name, async () => await sweep.run(stop, (line) => report(`${name}: ${line}`)), stop)
        .catch((error: unknown) => failed.push({ name, error: asError(error) }));
    }
    return failed;
  }
}
