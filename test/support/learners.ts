import { newId } from '../../src/common/id.js';
import type { Database } from '../../src/database/database.service.js';

export interface Learner {
  userId: string;
  username: string;
}

/** Signs up learners straight in PostgreSQL, without points. */
export async function createLearners(database: Database, count: number): Promise<Learner[]> {
  const learners = Array.from({ length: count }, () => {
    const userId = newId();
    return { userId, username: `learner_${userId.slice(-12)}` };
  });
  await database.user.createMany({
    data: learners.map(({ userId, username }) => ({
      id: userId,
      email: `${username}@example.org`,
      username,
      usernameKey: username,
      displayName: username,
      passwordHash: 'none',
    })),
  });
  return learners;
}

/** A standing as scoring commits it, ready for the board. */
export interface Committed extends Learner {
  points: number;
  ordinal: bigint;
  seq: bigint;
  hidden: boolean;
}

/** Commits a total as scoring does: with the next ordinal of the sequence, the user's next seq and the time. */
export async function commitTotal(database: Database, learner: Learner, points: number): Promise<Committed> {
  const [row] = await database.$queryRaw<{ ordinal: bigint; seq: bigint; hidden: boolean }[]>`
    UPDATE users SET total_score = ${points}, ordinal = nextval('standing_ordinal'), seq = seq + 1, standing_at = now()
    WHERE id = ${learner.userId}::uuid RETURNING ordinal, seq, NOT leaderboard_visible AS hidden`;
  if (!row) throw new Error(`no user ${learner.userId}`);
  return { ...learner, points, ...row };
}

/** A quiz without questions, straight in PostgreSQL. */
export async function createQuiz(
  database: Database,
  authorId: string,
  status: 'draft' | 'published' = 'published',
): Promise<string> {
  const id = newId();
  const data = { id, authorId, title: 'A quiz', description: '', tags: [], status, maxScore: 10 };
  await database.quiz.create({ data: { ...data, questionCount: 0 } });
  return id;
}

/** A group without members, straight in PostgreSQL. */
export async function createGroup(database: Database, ownerId: string): Promise<string> {
  const id = newId();
  await database.conversation.create({ data: { id, type: 'group', name: 'A group', ownerId } });
  return id;
}
