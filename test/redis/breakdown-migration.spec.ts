import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { newId } from '../../src/common/id.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners, createQuiz } from '../support/learners.js';

const MIGRATION = 'prisma/migrations/20261125050000_breakdowns_without_feedback/migration.sql';
let store: TestDatabase;

beforeAll(async () => void (store = await startTestDatabase()));
afterAll(async () => await store.stop());

it('feedback leaves the breakdowns of before, which stay in their order', async () => {
  const { database } = store;
  const [author] = await createLearners(database, 1);
  if (!author) throw new Error('An author');
  const quizId = await createQuiz(database, author.userId);
  await database.quizVersion.create({ data: { quizId, version: 1, questions: [] } });
  const outcome = (questionId: string) => ({ questionId, credit: 0.5, points: 1 });
  const breakdowns = [
    [{ ...outcome('a'), feedback: 'Long' }, outcome('b'), { ...outcome('c'), feedback: 'Long' }],
    [outcome('a')],
    undefined,
  ];
  const ids = breakdowns.map(() => newId());
  await database.submission.createMany({
    data: breakdowns.map((breakdown, index) => ({
      ...{ id: ids[index] ?? '', userId: author.userId, quizId, quizVersion: 1 },
      ...{ answers: [], credits: [], maxScore: 3, breakdown },
    })),
  });
  await database.$executeRawUnsafe(await readFile(MIGRATION, 'utf8'));
  const rows = await database.submission.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  expect(rows.map(({ breakdown }) => breakdown)).toEqual([
    ['a', 'b', 'c'].map(outcome),
    [outcome('a')],
    null,
  ]);
});
