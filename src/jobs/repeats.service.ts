import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { newId } from '../common/id.js';
import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { giveBackTurn, renewTurn } from './repeats.scripts.js';

/** Clocks of processes tick apart: a turn ends a little before the next begins. */
const SHARE = 0.9;

/** @param stop when the process ends */
type Work = (stop: AbortSignal) => Promise<void>;

interface TurnOptions {
  /** The turn is over with the work, and others may have theirs at once: the work itself knows whether it is due. */
  endsWithWork?: boolean;
}

/**
 * Work that comes round. Every worker asks at each interval; one of them does it, and nobody else before the next, unless
 * its turn ends with the work.
 */
@Injectable()
export class Repeats implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Repeats.name);
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly scripts: ScriptRunner,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /**
   * Does the work if it is this process's turn. A turn lasts most of an interval, or for as long as the work goes on; one
   * whose process dies ends with the interval. A Redis that was emptied forgets whose turn it was, so the work must be
   * fit to be done again.
   * @param everyMs the interval; how long a turn outlives its process where it ends with the work
   * @param work is told to stop when the process ends. What it throws is logged, and its turn is over
   * @returns whether it was this process's turn, and the work was done
   */
  async run(name: string, everyMs: number, work: Work, options?: TurnOptions): Promise<boolean> {
    try {
      return await this.attempt(name, everyMs, work, options);
    } catch (error) {
      this.logger.warn(`${name} comes round again: ${String(error)}`);
      return false;
    }
  }

  /**
   * The same, for who is to know why it was not done.
   * @returns whether it was this process's turn
   * @throws what the work throws, or why nobody could tell whose turn it was
   */
  async attempt(
    name: string,
    everyMs: number,
    work: Work,
    { endsWithWork = false }: TurnOptions = {},
  ): Promise<boolean> {
    const [turn, token, forMs] = [keys.jobs.turn(name), newId(), Math.floor(everyMs * SHARE)];
    if ((await this.redis.set(turn, token, 'PX', forMs, 'NX')) === null) return false;
    try {
      const running = this.hold(
        async () => await work(this.stopping.signal),
        async () => {
          await this.scripts.run(renewTurn, { turn, token, forMs });
        },
        forMs / 3,
      );
      this.running.add(running);
      await running.finally(() => this.running.delete(running));
      if (endsWithWork) await this.giveBack(turn, token);
      return true;
    } catch (error) {
      await this.giveBack(turn, token);
      throw error;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.running);
  }

  private async giveBack(turn: Key, token: string): Promise<void> {
    await this.scripts.run(giveBackTurn, { turn, token }).catch((error: unknown) => {
      this.logger.debug(`a turn ends with its interval: ${String(error)}`);
    });
  }

  private async hold(work: () => Promise<void>, renew: () => Promise<void>, everyMs: number): Promise<void> {
    const renewing = setInterval(() => {
      // A turn that could not be renewed may be another's next: the work is fit for it.
      renew().catch((error: unknown) => this.logger.debug(`a turn was not renewed: ${String(error)}`));
    }, everyMs);
    await work().finally(() => clearInterval(renewing));
  }
}
