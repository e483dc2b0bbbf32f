import { Injectable } from '@nestjs/common';
import { BoardService, type RankChange } from '../leaderboard/board.service.js';
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

  private async writeBoards(scored: Scored[]): Promise<RankChange[]> {
    const users = [...new Map(scored.map((line) => [line.userId, line])).values()];
    const ranked = users.filter((line) => !line.banned);
    const mayFall = ranked.filter((line) => line.revision > 1).map(standingOf);
    const rising = ranked.filter((line) => line.revision === 1).map(standingOf);
    return [
      ...(rising.length > 0 ? await this.boards.record('global', rising) : []),
      ...(mayFall.length > 0 ? await this.boards.correct('global', mayFall) : []),
    ];
  }
}

const standingOf = ({ userId, username, totalScore, ordinal, userSeq }: Scored) => ({
  ...{ userId, username, ordinal },
  points: totalScore,
  seq: userSeq,
});

// A redelivery cannot tell the rank before: its first delivery may have changed it already.
const eventOf = (line: Scored, change: RankChange | undefined, fresh: boolean) => ({
  submissionId: line.submissionId,
  quizId: line.quizId,
  score: line.score,
  maxScore: line.maxScore,
  scoreAwarded: line.scoreAwarded,
  totalScore: line.total,
  rank: change?.rank ?? null,
  previousRank: fresh ? (change?.previousRank ?? null) : null,
});
