import { Injectable } from '@nestjs/common';
import { BoardService } from '../leaderboard/board.service.js';
import { ProfileService } from '../profile/profile.service.js';
import { grade, type Grade } from '../question/grader.js';
import { QuizVersions } from '../quiz/quiz-versions.js';
import { ScoringRepository, type LoadedSubmission, type Scored } from './scoring.repository.js';

type Ranks = Map<string, { rank: number | null; previousRank: number | null }>;

/** The way of a submission from its job to the ledger, the board and the profile; every step may be repeated. */
@Injectable()
export class ScoringService {
  constructor(
    private readonly scores: ScoringRepository,
    private readonly versions: QuizVersions,
    private readonly boards: BoardService,
    private readonly profiles: ProfileService,
  ) {}

  /**
   * Scores submissions once, however often they are handed in.
   * @returns those that could not be graded, with the reason; the rest is done in PostgreSQL and Redis
   */
  async score(ids: string[]): Promise<Map<string, Error>> {
    const loaded = await this.scores.load(ids);
    const queued = loaded.filter((submission) => submission.status === 'queued');
    const { grades, failures } = await this.gradeAll(queued);
    const users = queued.filter(({ id }) => grades.has(id)).map(({ userId }) => userId);
    const fresh = grades.size > 0 ? await this.scores.score(grades, [...new Set(users)]) : new Set<string>();
    await this.publish(await this.scores.scored(ids), fresh);
    return failures;
  }

  async giveUp(id: string): Promise<void> {
    await this.scores.fail(id);
  }

  private async gradeAll(submissions: LoadedSubmission[]) {
    const grades = new Map<string, Grade>();
    const failures = new Map<string, Error>();
    for (const submission of submissions) {
      const version = await this.versions.get(submission.quizId, submission.quizVersion);
      try {
        if (!version) throw new Error(`Quiz ${submission.quizId} has no version ${submission.quizVersion}`);
        grades.set(submission.id, grade(version.questions, submission.answers));
      } catch (error) {
        failures.set(submission.id, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return { grades, failures };
  }

  // Boards first, since the event to the learner tells the rank.
  private async publish(scored: Scored[], fresh: ReadonlySet<string>): Promise<void> {
    if (scored.length === 0) return;
    const ranks = await this.recordBoards(scored);
    await this.profiles.recordScores(
      scored.map((line) => ({
        userId: line.userId,
        seq: line.seq,
        delta: line.delta,
        solved: line.solved === 1 ? 1 : 0,
        submissionId: line.submissionId,
        event: eventOf(line, ranks, fresh.has(line.submissionId)),
      })),
    );
  }

  private async recordBoards(scored: Scored[]): Promise<Ranks> {
    const users = [...new Map(scored.map((line) => [line.userId, line])).values()].filter(
      (line) => line.totalScore > 0 && !line.banned,
    );
    if (users.length === 0) return new Map();
    const results = await this.boards.record(
      'global',
      users.map(({ userId, username, totalScore, ordinal, userSeq }) => ({
        userId,
        username,
        points: totalScore,
        ordinal,
        seq: userSeq,
      })),
    );
    return new Map(results.map((result) => [result.userId, result]));
  }
}

// A redelivery cannot tell the rank before: its first delivery may have changed it already.
const eventOf = (line: Scored, ranks: Ranks, fresh: boolean) => ({
  submissionId: line.submissionId,
  quizId: line.quizId,
  score: line.score,
  maxScore: line.maxScore,
  scoreAwarded: line.delta,
  totalScore: line.total,
  rank: ranks.get(line.userId)?.rank ?? null,
  previousRank: fresh ? (ranks.get(line.userId)?.previousRank ?? null) : null,
});
