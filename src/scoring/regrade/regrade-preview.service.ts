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
    const changes: Unranked[] = [];
    let submissions = 0;
    for await (const learner of this.all(of)) {
      submissions += learner.submissions.filter(({ newScore }) => newScore !== undefined).length;
      changes.push(...changesOf(learner));
    }
    const ranks = await this.ranks(changes);
    return {
      ...{ quizId, quizVersion: version, submissions },
      changes: changes.map((change) => {
        const { rank = null, previousRank = null } = ranks.get(change.userId) ?? {};
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

  private async ranks(changes: Unranked[]): Promise<Map<string, RankChange>> {
    const totals = new Map(changes.map(({ userId, totalScore }) => [userId, totalScore]));
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
