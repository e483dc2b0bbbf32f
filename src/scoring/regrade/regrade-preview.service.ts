import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.service.js';
import { BoardService, type RankChange } from '../../leaderboard/board.service.js';
import type { Correction } from '../../quiz/key-correction.service.js';
import { compensate } from './compensation.js';
import { LearnersRepository, type NamedLearner, type RegradeOf } from './learners.repository.js';
import type { RegradePreview, ScoreChange } from './regrade.dto.js';
import { FIRST_LEARNER, PAGE_TIMEOUT_MS } from './regrade.pages.js';

/** Later than any key: everything is graded again. */
const LATEST = 2 ** 31 - 1;
/** How many changes are listed: enough to judge a correction by, and an answer that can be read. */
const LISTED = 1_000;

type Unranked = Omit<ScoreChange, 'previousRank' | 'rank'>;

/** Tells what a correction would change, by the same reckoning as the regrade itself. */
@Injectable()
export class RegradePreviewService {
  constructor(
    private readonly database: Database,
    private readonly learners: LearnersRepository,
    private readonly boards: BoardService,
  ) {}

  async preview({ quizId, version, questions }: Correction): Promise<RegradePreview> {
    const of = { quizId, version, questions, keyRevision: LATEST };
    const listed: Unranked[] = [];
    const totals = new Map<string, number>();
    const hidden = new Set<string>();
    let [submissions, changed] = [0, 0];
    for await (const learner of this.all(of)) {
      const changes = changesOf(learner);
      submissions += learner.submissions.filter(({ newScore }) => newScore !== undefined).length;
      changed += changes.length;
      listed.push(...changes.slice(0, LISTED - listed.length));
      for (const { userId, totalScore } of changes.slice(0, 1)) totals.set(userId, totalScore);
      if (learner.hidden) hidden.add(learner.userId);
    }
    const ranks = await this.ranks(totals);
    return {
      ...{ quizId, quizVersion: version, submissions, changed },
      changes: listed.map((change) => {
        const { rank = null, previousRank = null } = hidden.has(change.userId)
          ? {}
          : (ranks.get(change.userId) ?? {});
        return { ...change, previousRank, rank };
      }),
    };
  }

  private async *all(of: RegradeOf): AsyncGenerator<NamedLearner> {
    let userIds = await this.learners.page(of.quizId, FIRST_LEARNER);
    while (userIds.length > 0) {
      const page = userIds;
      yield* await this.database.$transaction(async (tx) => await this.learners.load(tx, of, page), {
        timeout: PAGE_TIMEOUT_MS,
      });
      await nextTurn();
      userIds = await this.learners.page(of.quizId, page.at(-1) ?? '');
    }
  }

  /** Of all whose total changes, listed or not: the others' ranks depend on them. */
  private async ranks(totals: ReadonlyMap<string, number>): Promise<Map<string, RankChange>> {
    const forecast = await this.boards.forecast(
      'global',
      [...totals].map(([userId, points]) => ({ userId, points })),
    );
    return new Map(forecast.map((change) => [change.userId, change]));
  }
}

function changesOf(learner: NamedLearner): Unranked[] {
  const { lines, awards } = compensate(learner, () => 0n);
  const awarded = new Map(awards.map(({ submissionId, scoreAwarded }) => [submissionId, scoreAwarded]));
  const totalScore = lines.at(-1)?.totalScore ?? learner.totalScore;
  const changed = new Set(lines.map(({ submissionId }) => submissionId));
  return learner.submissions
    .filter(({ submissionId }) => changed.has(submissionId))
    .map(({ submissionId, score, scoreAwarded, newScore }) => ({
      ...{ submissionId, userId: learner.userId, username: learner.username },
      ...{ previousScore: score, score: newScore ?? score },
      ...{ previousScoreAwarded: scoreAwarded, scoreAwarded: awarded.get(submissionId) ?? scoreAwarded },
      ...{ previousTotalScore: learner.totalScore, totalScore },
    }));
}
