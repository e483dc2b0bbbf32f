import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ProfileService } from '../profile/profile.service.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { GLOBAL, keysOf, labelOf, type Board } from './board.js';
import { encodeScore, scoreValue } from './board-score.js';
import { remove, restore } from './board-write.scripts.js';
import { KeptBoards } from './kept-boards.js';
import { OrdinalRepository } from './ordinal.repository.js';
import type { Standing } from './standing.js';
import { FIRST_PAGE, StandingsRepository } from './standings.repository.js';

const PAGE = 1_000;
const SCAN = 500;
const PAGES_A_REPORT = 100;
/** Fences who has no account any more: no change of theirs can be newer. */
const FOR_EVER = BigInt(Number.MAX_SAFE_INTEGER);

/** A lock held on a board's rebuild. */
export interface BuildLock {
  token: string;
  /** For how long each step keeps it. */
  ms: number;
  /** Aborted when the process is to end. */
  signal: AbortSignal;
}

/** Makes boards whole from PostgreSQL, in place and step by step under a lock; no step announces anything. */
@Injectable()
export class BoardBuilder {
  private readonly logger = new Logger(BoardBuilder.name);

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly standings: StandingsRepository,
    private readonly ordinals: OrdinalRepository,
    private readonly profiles: ProfileService,
    private readonly kept: KeptBoards,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /**
   * Writes everyone, then removes who should not be there, from renumbered ordinals if they run out.
   * @param since when the last changes were made whose fences may be gone
   * @returns false when the lock was lost on the way, or a group's board must wait until they are renumbered
   */
  async build(board: Board, lock: BuildLock, since: Date): Promise<boolean> {
    return (
      (await this.renumber(board, lock)) &&
      (await this.fenceLeavers(board, lock, since)) &&
      (await this.restoreAll(board, lock)) &&
      (await this.removeStrangers(board, lock))
    );
  }

  /** Applies again what changed since then, which Redis may have lost. @returns false when the lock was lost on the way */
  async catchUp(board: Board, lock: BuildLock, since: Date): Promise<boolean> {
    return (
      (await this.fenceLeavers(board, lock, since)) &&
      (await this.pageByPage(
        board,
        async (afterId) => await this.standings.pageOfRecent(board, since, afterId, PAGE),
        async (recent) => await this.applyAgain(board, lock, recent),
      ))
    );
  }

  /**
   * Meanwhile the board is read from PostgreSQL, and those of groups, since in Redis the order among equals would be that
   * of old and new ordinals mixed. A score that was read before and is written late counts from the old origin: that is lower than what
   * the build writes, and changes nothing.
   */
  private async renumber(board: Board, lock: BuildLock): Promise<boolean> {
    if (board.layout !== GLOBAL.layout || board.span || !(await this.ordinals.isDue())) return true;
    if (board !== GLOBAL) return false;
    await this.redis.del(keysOf(board).ready);
    await this.giveUpGroups();
    this.logger.log('Ordinals run out on the global board, and are renumbered');
    do {
      if (!(await this.write(board, lock, []))) return false;
    } while (await this.ordinals.renumberSome());
    // One whose build had begun before may have become whole since.
    await this.giveUpGroups();
    return true;
  }

  /** Has their boards over `all` read from PostgreSQL until they are built again. */
  private async giveUpGroups(): Promise<void> {
    const boards = (await this.kept.list()).filter(({ groupId, span }) => groupId !== undefined && !span);
    for (const { ready, rebuild } of boards.map(keysOf)) await this.redis.del(ready, rebuild);
  }

  private async held(board: Board, userIds: string[]): Promise<[string, string][]> {
    if (userIds.length === 0) return [];
    const scores = await this.redis.zmscore(keysOf(board).standings, userIds);
    return userIds.flatMap((userId, at): [string, string][] => {
      const score = scores[at];
      return typeof score === 'string' ? [[userId, score]] : [];
    });
  }

  private async applyAgain(board: Board, lock: BuildLock, recent: Standing[]): Promise<boolean> {
    const userIds = recent.map(({ userId }) => userId);
    await this.profiles.forget(userIds);
    return (
      (await this.correct(board, lock, await this.held(board, userIds))) &&
      (await this.write(board, lock, recent))
    );
  }

  /**
   * Puts up again the fences of those who left since then: a Redis that was emptied or set back has lost them, and may
   * hold again who has left. Who came back meanwhile is read again.
   */
  private async fenceLeavers(board: Board, lock: BuildLock, since: Date): Promise<boolean> {
    return await this.pageByPage(
      board,
      async (afterId) => await this.standings.leftRecently(board, since, afterId, PAGE),
      async (removals) => {
        if (removals.length === 0) return true;
        await this.scripts.run(remove, { board, removals });
        const userIds = removals.map(({ userId }) => userId);
        return await this.write(board, lock, await this.standings.find(board, userIds));
      },
    );
  }

  private async restoreAll(board: Board, lock: BuildLock): Promise<boolean> {
    return await this.pageByPage(
      board,
      async (afterId) => await this.standings.page(board, afterId, PAGE),
      async (page) => await this.write(board, lock, page),
    );
  }

  /** @param apply replies false when the lock was lost, which ends it */
  private async pageByPage(
    board: Board,
    load: (afterId: string) => Promise<Standing[]>,
    apply: (page: Standing[]) => Promise<boolean>,
  ): Promise<boolean> {
    let afterId: string | undefined = FIRST_PAGE;
    for (let pages = 1; afterId !== undefined; pages += 1) {
      const page = await load(afterId);
      if (!(await apply(page))) return false;
      if (pages % PAGES_A_REPORT === 0)
        this.logger.log(`Leaderboard ${labelOf(board)}: ${pages * PAGE} standings looked at so far`);
      afterId = page.length === PAGE ? page.at(-1)?.userId : undefined;
    }
    return true;
  }

  private async removeStrangers(board: Board, lock: BuildLock): Promise<boolean> {
    let cursor = '0';
    do {
      const [next, flat] = await this.redis.zscan(keysOf(board).standings, cursor, 'COUNT', SCAN);
      if (!(await this.correct(board, lock, pairsOf(flat)))) return false;
      cursor = next;
    } while (cursor !== '0');
    return true;
  }

  /**
   * Takes off who is not in PostgreSQL or has less there than on the board. PostgreSQL is read after the board, so what
   * it lacks then was never committed; who scores meanwhile has another score than expected and stays.
   */
  private async correct(board: Board, lock: BuildLock, held: [string, string][]): Promise<boolean> {
    const found = await this.standings.find(
      board,
      held.map(([userId]) => userId),
    );
    const standings = new Map(found.map((standing) => [standing.userId, standing]));
    const wrong = held.filter(([userId, score]) => isTooHigh(board, score, standings.get(userId)));
    const removals = wrong.map(([userId, score]) => ({
      userId,
      seq: standings.get(userId)?.seq ?? FOR_EVER,
      expectedScore: score,
    }));
    if (removals.length > 0) await this.scripts.run(remove, { board, removals });
    return await this.write(
      board,
      lock,
      wrong.flatMap(([userId]) => standings.get(userId) ?? []),
    );
  }

  private async write(board: Board, lock: BuildLock, found: Standing[]): Promise<boolean> {
    if (lock.signal.aborted) return false;
    const standings = found.filter((standing) => standing.points > 0);
    return await this.scripts.run(restore, { board, standings, lock });
  }
}

function isTooHigh(board: Board, score: string, standing: Standing | undefined): boolean {
  if (!standing || standing.points === 0) return true;
  return scoreValue(score) > BigInt(encodeScore(board.layout, standing.points, standing.ordinal));
}

const pairsOf = (flat: string[]): [string, string][] =>
  flat.flatMap((userId, at): [string, string][] => (at % 2 === 0 ? [[userId, flat[at + 1] ?? '']] : []));
