import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Cache } from '../../cache/cache.service.js';
import { Database } from '../../database/database.service.js';
import { scoreCorrected, type CorrectedScore } from '../../notification/kinds/score-corrected.kind.js';
import { Notifier, type Notice, type PromisedNotices } from '../../notification/notifier.service.js';
import { cachedResults } from '../../quiz/quiz-cache.service.js';
import { QuizVersions } from '../../quiz/quiz-versions.js';
import { lockUsers, storeGrades, storeLines, type GradedSubmission } from '../ledger.js';
import { ScorePublisher } from '../score-publisher.js';
import { ScoringRepository } from '../scoring.repository.js';
import type { LedgerLine } from '../standing.js';
import { compensate, isAffected, type Compensation, type Learner } from './compensation.js';
import { LearnersRepository, type RegradeOf } from './learners.repository.js';
import { PAGE_TIMEOUT_MS } from './regrade.pages.js';
import { RegradeRepository, type Begun } from './regrade.repository.js';

interface Committed {
  /** The submissions whose score or award changed. */
  changed: Set<string>;
  notices: PromisedNotices;
}

/**
 * Applies a corrected key page by page: a commit of what changes for up to a hundred learners, then boards, profiles and
 * events, then the cursor moves on. Each step may be repeated, so it may be killed anywhere.
 */
@Injectable()
export class Regrader implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly cache: Cache,
    private readonly versions: QuizVersions,
    private readonly rows: RegradeRepository,
    private readonly learners: LearnersRepository,
    private readonly scores: ScoringRepository,
    private readonly publisher: ScorePublisher,
    private readonly notifier: Notifier,
  ) {}

  /** Whoever sweeps next hands the rest to another worker. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Goes on with a regrade to its end, or until this process is to end. */
  async run(id: string): Promise<void> {
    let begun = await this.rows.begin(id);
    while (begun && !this.stopping) {
      const more = await this.runPage(id, begun);
      if (!more) await this.rows.end(id, 'done');
      begun = await this.rows.begin(id);
    }
  }

  async giveUp(id: string): Promise<void> {
    await this.rows.end(id, 'failed');
  }

  /** @returns false when there is nobody left */
  private async runPage(id: string, begun: Begun): Promise<boolean> {
    const { quizId, quizVersion, keyRevision, cursor } = begun;
    const userIds = await this.learners.page(quizId, cursor);
    if (userIds.length === 0) return false;
    const version = await this.versions.get(quizId, quizVersion, keyRevision);
    if (!version) throw new Error(`Quiz ${quizId} has no version ${quizVersion}`);
    const { changed, notices } = await this.cache.update(
      cachedResults(quizId),
      async () => await this.commit(id, { ...version, title: begun.title }, userIds),
    );
    await this.publisher.publish(await this.scores.regraded(id, userIds), changed);
    await this.notifier.soon(notices);
    await this.rows.advance(id, { from: cursor, userIds });
    return true;
  }

  private async commit(id: string, of: RegradeOf & { title: string }, userIds: string[]): Promise<Committed> {
    return await this.database.$transaction(
      async (tx) => {
        await lockUsers(tx, userIds);
        const sink = async (grades: GradedSubmission[]) => await storeGrades(tx, grades);
        const learners = await this.learners.load(tx, of, userIds, sink);
        const ordinals = await this.scores.drawOrdinals(tx, learners.filter(isAffected).length);
        const { awards, lines } = compensateAll(learners, ordinals);
        await storeGrades(tx, awards);
        await storeLines(tx, lines, id);
        const notices = await this.notifier.notify(tx, scoreCorrected, newsOf(id, of.title, learners, lines));
        return { changed: new Set(lines.map(({ submissionId }) => submissionId)), notices };
      },
      { maxWait: 2_000, timeout: PAGE_TIMEOUT_MS },
    );
  }
}

/** For each learner with a line: how the best score on the quiz changed. */
function newsOf(
  id: string,
  title: string,
  learners: Learner[],
  lines: LedgerLine[],
): Notice<CorrectedScore>[] {
  const bests = new Map(lines.map(({ userId, best }) => [userId, best]));
  return learners.flatMap(({ userId, quizId, best: previousScore }) => {
    const score = bests.get(userId);
    return score === undefined
      ? []
      : [{ userId, occasion: id, data: { quizId, title, score, previousScore } }];
  });
}

/** @param ordinals as many as there are learners affected */
function compensateAll(learners: Learner[], ordinals: bigint[]): Compensation {
  const drawn = ordinals.values();
  const all = learners.map((learner) => compensate(learner, () => drawn.next().value ?? learner.ordinal));
  return { awards: all.flatMap(({ awards }) => awards), lines: all.flatMap(({ lines }) => lines) };
}
