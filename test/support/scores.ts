import { newId } from '../../src/common/id.js';
import type { Database } from '../../src/database/database.service.js';
import type { ScoredDay, Standings } from '../../src/leaderboard/board.service.js';
import { quizBoardName } from '../../src/leaderboard/board.js';
import type { Learner } from './learners.js';

/** Points to give, or to take where a regrade lowers them. */
export interface Score {
  learner: Learner;
  quizId: string;
  /** On which its submission was accepted, such as `2026-11-24`. */
  day: string;
  delta: number;
}

/** What scoring hands to the boards after a commit. */
export interface Delivery {
  groups: Standings[];
  days: ScoredDay[];
}

/** A score with what PostgreSQL drew for it. */
export interface CommittedScore extends Score {
  ordinal: bigint;
}

/** Commits scores as scoring and regrades do: the ledger, the best on the quiz and the total, with an ordinal for each. */
export async function commitScores(
  database: Database,
  scores: Score[],
): Promise<{ committed: CommittedScore[]; delivery: Delivery }> {
  const committed: CommittedScore[] = [];
  for (const score of scores) {
    const { learner, quizId, day, delta } = score;
    const [row] = await database.$queryRaw<{ ordinal: bigint }[]>`
      WITH drawn AS MATERIALIZED (SELECT nextval('standing_ordinal') AS ordinal), total AS (
        UPDATE users SET total_score = total_score + ${delta}::int, ordinal = drawn.ordinal, seq = seq + 1, standing_at = now()
        FROM drawn WHERE id = ${learner.userId}::uuid RETURNING seq, total_score
      ), best AS (
        INSERT INTO quiz_standings (user_id, quiz_id, best, ordinal)
        SELECT ${learner.userId}::uuid, ${quizId}::uuid, ${delta}::int, ordinal FROM drawn
        ON CONFLICT (user_id, quiz_id)
        DO UPDATE SET best = quiz_standings.best + excluded.best, ordinal = excluded.ordinal
      )
      INSERT INTO ledger (submission_id, user_id, quiz_id, delta, solved, seq, total, ordinal, accepted_on)
      SELECT ${newId()}::uuid, ${learner.userId}::uuid, ${quizId}::uuid, ${delta}::int, 0, seq, total_score, ordinal, ${day}::date
      FROM drawn, total RETURNING ordinal`;
    if (!row) throw new Error(`no user ${learner.userId}`);
    committed.push({ ...score, ...row });
  }
  return { committed, delivery: await deliveryOf(database, scores) };
}

/** What is to be delivered for these scores as PostgreSQL has it now. */
export async function deliveryOf(database: Database, scores: Score[]): Promise<Delivery> {
  const rows = await database.$queryRaw<Row[]>`
    SELECT q.user_id AS "userId", u.username, q.quiz_id AS "quizId", u.total_score AS total, ordinal_on_board(u.ordinal) AS ordinal, u.seq,
           NOT u.leaderboard_visible AS hidden, q.best, q.ordinal AS "bestOrdinal"
    FROM unnest(
      ${scores.map(({ learner }) => learner.userId)}::uuid[], ${scores.map(({ quizId }) => quizId)}::uuid[]
    ) AS one (user_id, quiz_id)
    JOIN users u ON u.id = one.user_id AND u.status = 'active' JOIN quiz_standings q USING (user_id, quiz_id)`;
  const groups = new Map<Standings['name'], Standings>([['global', { name: 'global', entries: [] }]]);
  for (const { quizId, total, ordinal, best, bestOrdinal, ...who } of rows) {
    const name = quizBoardName(quizId);
    const ofQuiz = groups.get(name) ?? { name, entries: [] };
    ofQuiz.entries.push({ ...who, points: best, ordinal: bestOrdinal });
    groups.set(name, ofQuiz);
    groups.get('global')?.entries.push({ ...who, points: total, ordinal });
  }
  const standing = new Set(rows.map(({ userId }) => userId));
  return {
    groups: [...groups.values()],
    days: scores
      .filter(({ learner }) => standing.has(learner.userId))
      .map(({ learner: { userId }, quizId, day }) => ({ userId, quizId, day })),
  };
}

interface Row {
  userId: string;
  username: string;
  quizId: string;
  total: number;
  ordinal: bigint;
  seq: bigint;
  hidden: boolean;
  best: number;
  bestOrdinal: bigint;
}
