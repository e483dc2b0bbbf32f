import { MAX_TOTAL, type LedgerLine } from '../standing.js';

/** A scored submission as a regrade finds it. */
export interface ScoredSubmission {
  submissionId: string;
  score: number;
  /** The sum of its ledger lines. */
  scoreAwarded: number;
  /** Of its last ledger line. */
  revision: number;
  /** By the new key; absent where it is not one of those to be graded again. */
  newScore?: number;
}

/** A learner's standing and all that was scored on one quiz. */
export interface Learner {
  userId: string;
  quizId: string;
  totalScore: number;
  quizzesSolved: number;
  seq: bigint;
  ordinal: bigint;
  best: number;
  bestOrdinal: bigint;
  /** In the order in which they were scored. */
  submissions: ScoredSubmission[];
}

/** The sum of a submission's ledger lines. */
export interface Award {
  submissionId: string;
  scoreAwarded: number;
}

/** What makes up for the difference between two keys: the lines, and the awards that they change. */
export interface Compensation {
  lines: LedgerLine[];
  awards: Award[];
}

/** Whether a new grade changes a score: only then can any award change. */
export const isAffected = ({ submissions }: Learner): boolean =>
  submissions.some(({ score, newScore = score }) => newScore !== score);

/**
 * Awards a learner's submissions again, as if the new grades had been the first: each gets what it is better than all
 * before it. A ledger line for each submission whose score or award changes makes up for the difference, so that the
 * sum of all lines is the best score again.
 * @param draw the next ordinal: a total or best that changes ranks behind all who have as much already
 */
export function compensate(learner: Learner, draw: () => bigint): Compensation {
  if (!isAffected(learner)) return { lines: [], awards: [] };
  const lines: LedgerLine[] = [];
  const awards: Award[] = [];
  const { userId, quizId, quizzesSolved } = learner;
  let { totalScore, seq } = learner;
  let best = 0;
  for (const { submissionId, revision, score: oldScore, newScore, scoreAwarded } of learner.submissions) {
    const score = newScore ?? oldScore;
    const due = Math.max(0, score - best) - scoreAwarded;
    const delta = Math.min(due, MAX_TOTAL - totalScore);
    best = Math.max(best, score);
    if (delta !== 0) awards.push({ submissionId, scoreAwarded: scoreAwarded + delta });
    if (score === oldScore && delta === 0) continue;
    totalScore += delta;
    seq += 1n;
    lines.push({
      ...{ submissionId, revision: revision + 1, userId, quizId, delta, solved: 0 },
      ...{ seq, totalScore, quizzesSolved, ordinal: learner.ordinal, best, bestOrdinal: learner.bestOrdinal },
    });
  }
  const fresh = draw();
  const ordinal = totalScore === learner.totalScore ? learner.ordinal : fresh;
  const bestOrdinal = best === learner.best ? learner.bestOrdinal : fresh;
  return { awards, lines: lines.map((line) => ({ ...line, best, ordinal, bestOrdinal })) };
}
