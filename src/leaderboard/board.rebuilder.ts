import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../common/id.js';
import { isOutage } from '../common/problem.js';
import { REDIS } from '../redis/redis.tokens.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { BOARDS, keysOf, labelOf, type Board } from './board.js';
import {
  boardState,
  confirm,
  DEMANDED,
  demandRebuild,
  finishRebuild,
  releaseRebuild,
} from './board-rebuild.scripts.js';
import { BoardBuilder, type BuildLock } from './board.builder.js';
import { Slots } from './slots.js';

const LOCK_MS = 15_000;
/**
 * How long before a board was last known to be whole a change may have been made that is not on it: it may be on its way,
 * and the clocks of PostgreSQL and Redis may differ.
 */
const MARGIN_MS = 600_000;
const ATTEMPTS = 3;
/** Each build holds a page in memory and a connection to PostgreSQL, of which readers want some, too. */
const AT_ONCE = 3;
const WAIT_MS = 200;

/**
 * Sees to it that every board is whole in the Redis that answers now; that of a quiz once somebody reads it. Any number
 * of processes may check at any time: one builds, and only a build that no flush or restart has interrupted sets the
 * marker.
 */
@Injectable()
export class BoardRebuilder implements BeforeApplicationShutdown {
  private readonly logger = new Logger(BoardRebuilder.name);
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private readonly slots = new Slots(AT_ONCE);

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly builder: BoardBuilder,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /** Begins checks unless they are under way; what fails is logged, and tried again by the next. */
  request(boards: readonly Board[] = BOARDS): void {
    void this.check(boards).catch((error: unknown) => {
      if (isOutage(error)) this.logger.debug(`A board cannot be checked now: ${String(error)}`);
      else this.logger.error(error);
    });
  }

  /** Makes whole what is not, or leaves it to the process that is at it. */
  async check(boards: readonly Board[] = BOARDS): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await Promise.all(boards.map(async (board) => await this.checkOnce(board)));
  }

  /** Has boards built anew from PostgreSQL, in place, by whichever process comes first, even if this one ends now. */
  async demand(boards: readonly Board[]): Promise<void> {
    await this.scripts.runAll(boards.map((board) => call(demandRebuild, { board })));
    this.request(boards);
  }

  /** The same, and waits until they are whole, whoever builds them. */
  async rebuild(boards: readonly Board[]): Promise<void> {
    await this.demand(boards);
    for (const board of boards) {
      while (!(await this.isWhole(board))) {
        await this.check([board]);
        await sleep(WAIT_MS);
      }
    }
  }

  /** Builds under way stop at their next page, and give their locks to another process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.running.values());
  }

  /** A board that is not kept is built when it is read, and whole as it is. */
  private async isWhole(board: Board): Promise<boolean> {
    const { marker, run } = await this.scripts.run(boardState, { board });
    return marker === run || (marker === null && board.keptMs !== undefined);
  }

  private async checkOnce(board: Board): Promise<void> {
    const label = labelOf(board);
    const known = this.running.get(label);
    const running = known ?? this.checkInTurn(board).finally(() => this.running.delete(label));
    this.running.set(label, running);
    await running;
  }

  /** What is always kept waits for no other: without it the system is not ready. */
  private async checkInTurn(board: Board): Promise<void> {
    if (board.keptMs === undefined) await this.checkOne(board);
    else await this.slots.take(async () => await this.checkOne(board));
  }

  private async checkOne(board: Board): Promise<void> {
    let outcome: 'whole' | 'busy' | 'interrupted' = 'interrupted';
    for (let left = ATTEMPTS; left > 0 && outcome === 'interrupted'; left -= 1) {
      if (this.stopping.signal.aborted) return;
      const isWhole = await this.scripts.run(confirm, { board });
      outcome = isWhole ? 'whole' : await this.rebuildLocked(board);
    }
  }

  private async rebuildLocked(board: Board): Promise<'whole' | 'busy' | 'interrupted'> {
    const lock: BuildLock = { token: newId(), ms: LOCK_MS, signal: this.stopping.signal };
    const taken = await this.redis.set(keysOf(board).rebuild, lock.token, 'PX', LOCK_MS, 'NX');
    if (taken === null) return 'busy';
    try {
      return (await this.rebuildUnder(board, lock)) ? 'whole' : 'interrupted';
    } finally {
      await this.scripts.run(releaseRebuild, { board, token: lock.token });
    }
  }

  private async rebuildUnder(board: Board, lock: BuildLock): Promise<boolean> {
    // Read again under the lock: another process may just have finished.
    const { marker, run, nowMs, seenMs } = await this.scripts.run(boardState, { board });
    if (marker === run) return true;
    const startedAt = Date.now();
    const since = new Date((seenMs ?? nowMs) - MARGIN_MS);
    // Nobody looks after a quiz's board between two reads: since when it may lack something is not known.
    const anew = marker === null || marker === DEMANDED || seenMs === null;
    const built = anew
      ? await this.builder.build(board, lock, since)
      : await this.builder.catchUp(board, lock, since);
    if (!built || !(await this.scripts.run(finishRebuild, { board, token: lock.token, run }))) return false;
    const what = anew ? 'was rebuilt' : 'caught up with PostgreSQL';
    this.logger.log(`Leaderboard ${labelOf(board)} ${what} in ${Date.now() - startedAt} ms`);
    return true;
  }
}
