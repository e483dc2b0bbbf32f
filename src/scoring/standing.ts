import { BoardService } from '../leaderboard/board.service.js';

/** A queued submission with what the database says of its user and quiz, all locked by the transaction that scores it. */
export interface Candidate {
  submissionId: string;
  userId: string;
  quizId: string;
  totalScore: number;
  quizzesSolved: number;
  seq: bigint;
  ordinal: bigint;
  /** The best score of the user on the quiz so far; null before the first. */
  best: number | null;
  bestOrdinal: bigint | null;
}

/** One line of the ledger and the standing after it. */
export interface LedgerLine {
  submissionId: string;
  /** 1 for the first score of a submission; each regrade that changes it adds one. */
  revision: number;
  userId: string;
  quizId: string;
  /** How much the total changed: for a first score, how much the best on the quiz rose. */
  delta: number;
  /** 1 for the first scored submission of the user on the quiz. */
  solved: 0 | 1;
  seq: bigint;
  totalScore: number;
  quizzesSolved: number;
  ordinal: bigint;
  best: number;
  bestOrdinal: bigint;
}

/** No total goes beyond what the global board can hold: ledger, profile and board stay equal there, too. */
export const MAX_TOTAL = BoardService.maxPoints;

/**
 * The ledger lines of a batch, in the order of submission: only what beats the best so far counts, the total's ordinal
 * moves only when the total does.
 * @param candidates in the order in which they count
 * @param scoreOf the grade of a submission
 * @param ordinals one for each candidate, rising
 */
export function ledgerLines(
  candidates: Candidate[],
  scoreOf: (submissionId: string) => number,
  ordinals: bigint[],
): LedgerLine[] {
  const users = new Map<string, Pick<LedgerLine, 'totalScore' | 'quizzesSolved' | 'seq' | 'ordinal'>>();
  const bests = new Map<string, { best: number; bestOrdinal: bigint }>();
  return candidates.map((candidate, index): LedgerLine => {
    const { submissionId, userId, quizId } = candidate;
    const user = users.get(userId) ?? candidate;
    const quizKey = `${userId}:${quizId}`;
    const known = bests.get(quizKey) ?? bestOf(candidate);
    const score = scoreOf(submissionId);
    const fresh = ordinals[index] ?? 0n;
    const delta = Math.min(Math.max(0, score - (known?.best ?? 0)), MAX_TOTAL - user.totalScore);
    const standing = {
      totalScore: user.totalScore + delta,
      quizzesSolved: user.quizzesSolved + (known ? 0 : 1),
      seq: user.seq + 1n,
      ordinal: delta > 0 ? fresh : user.ordinal,
    };
    const rose = !known || score > known.best;
    const quiz = { best: Math.max(score, known?.best ?? 0), bestOrdinal: rose ? fresh : known.bestOrdinal };
    users.set(userId, standing);
    bests.set(quizKey, quiz);
    return {
      submissionId,
      revision: 1,
      userId,
      quizId,
      delta,
      solved: known ? 0 : 1,
      ...standing,
      ...quiz,
    };
  });
}

const bestOf = ({ best, bestOrdinal }: Candidate) =>
  best === null || bestOrdinal === null ? undefined : { best, bestOrdinal };
