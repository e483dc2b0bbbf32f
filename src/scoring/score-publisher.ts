import { Injectable } from '@nestjs/common';
import {
  BoardService,
  quizBoardName,
  type BoardName,
  type RankChange,
  type ScoredDay,
  type Standings,
  type StandingToRecord,
} from '../leaderboard/board.service.js';
import type { SubmissionScored } from '../profile/profile.events.js';
import { ProfileService } from '../profile/profile.service.js';
import type { Scored } from './scoring.repository.js';

/** Brings boards and profiles in line with ledger lines, and tells the learners; every step may be repeated. */
@Injectable()
export class ScorePublisher {
  constructor(
    private readonly boards: BoardService,
    private readonly profiles: ProfileService,
  ) {}

  /**
   * Boards first, since the event to the learner tells the rank.
   * @param scored lines of the ledger, those of one user in the order of their seq
   * @param fresh the submissions whose lines were written just now
   */
  async publish(scored: Scored[], fresh: ReadonlySet<string>): Promise<void> {
    if (scored.length === 0) return;
    const ranks = new Map((await this.writeBoards(scored)).map((change) => [change.userId, change]));
    await this.profiles.recordScores(
      scored.map((line) => ({
        userId: line.userId,
        seq: line.seq,
        delta: line.delta,
        solved: line.solved === 1 ? 1 : 0,
        occasion: line.revision === 1 ? line.submissionId : `${line.submissionId}.${line.revision}`,
        event: eventOf(line, ranks.get(line.userId), fresh.has(line.submissionId)),
      })),
    );
  }

  /** @returns the ranks on the global board */
  private async writeBoards(scored: Scored[]): Promise<RankChange[]> {
    const shown = scored.filter((line) => !line.offBoards);
    const [first, again] = [shown.filter(isFirst), shown.filter((line) => !isFirst(line))];
    const [recorded = []] = await this.boards.recordAll(boardsOf(first), daysOf(first));
    const [corrected = []] = await this.boards.correctAll(boardsOf(again), daysOf(again));
    return [...recorded, ...corrected];
  }
}

/** Not of a regrade. */
const isFirst = ({ revision }: Scored): boolean => revision === 1;

const daysOf = (lines: Scored[]): ScoredDay[] =>
  lines
    .filter(({ delta }) => delta !== 0)
    .map(({ userId, quizId, acceptedOn }) => ({ userId, quizId, day: acceptedOn }));

/** The boards these lines touch, the global one first, and the standings of each user on them. */
function boardsOf(lines: Scored[]): Standings[] {
  const boards = new Map<BoardName, Map<string, StandingToRecord>>([['global', new Map()]]);
  for (const line of lines) {
    const who = { userId: line.userId, username: line.username, seq: line.userSeq, hidden: line.hidden };
    boards.get('global')?.set(line.userId, { ...who, points: line.totalScore, ordinal: line.ordinal });
    if (line.best === null || line.bestOrdinal === null) continue;
    const quiz = quizBoardName(line.quizId);
    const ofQuiz = boards.get(quiz) ?? new Map<string, StandingToRecord>();
    boards.set(quiz, ofQuiz.set(line.userId, { ...who, points: line.best, ordinal: line.bestOrdinal }));
  }
  return [...boards].map(([name, entries]) => ({ name, entries: [...entries.values()] }));
}

// A redelivery cannot tell the rank before: its first delivery may have changed it already.
const eventOf = (line: Scored, change: RankChange | undefined, fresh: boolean): SubmissionScored => ({
  submissionId: line.submissionId,
  quizId: line.quizId,
  score: line.score,
  maxScore: line.maxScore,
  scoreAwarded: line.scoreAwarded,
  totalScore: line.total,
  rank: change?.rank ?? null,
  previousRank: fresh ? (change?.previousRank ?? null) : null,
});
