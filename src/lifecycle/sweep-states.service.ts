import { Injectable } from '@nestjs/common';
import { RunLog, type Run } from '../jobs/run-log.service.js';
import type { SweepRun, SweepState } from './lifecycle.dto.js';
import { allRounds, dueAtMs, type Round } from './rounds.js';

/** What each sweep did last, and when it runs next. */
@Injectable()
export class SweepStates {
  constructor(private readonly runs: RunLog) {}

  async list(): Promise<SweepState[]> {
    const [runs, nowMs] = [await this.runs.all(), await this.runs.nowMs()];
    return allRounds.map((round) => stateOf(round, runs.get(round.name), nowMs));
  }
}

/** What never ran is due now. */
function stateOf({ name, what, everyMs }: Round, run: Run | undefined, nowMs: number): SweepState {
  const nextMs = everyMs === undefined ? undefined : run ? dueAtMs(everyMs, run) : nowMs;
  return {
    ...{ name, what, everySec: everyMs === undefined ? null : everyMs / 1_000 },
    lastRun: run ? runView(run) : null,
    nextAt: nextMs === undefined ? null : new Date(nextMs).toISOString(),
  };
}

const runView = ({ atMs, ...run }: Run): SweepRun => ({ at: new Date(atMs).toISOString(), ...run });
