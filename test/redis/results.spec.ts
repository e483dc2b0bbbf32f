import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../src/common/id.js';
import { ResultsRepository } from '../../src/results/results.repository.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners, type Learner } from '../support/learners.js';

/** A scored submission; `credits` are null where a question was left out. */
interface Taken {
  learner: number;
  score: number;
  credits: (number | null)[];
}

const LEARNERS = 5;
let store: TestDatabase;
let results: ResultsRepository;
let learners: Learner[];

beforeAll(async () => {
  store = await startTestDatabase();
  results = new ResultsRepository(store.database);
  learners = await createLearners(store.database, LEARNERS);
});
afterAll(async () => await store.stop());

async function createQuiz(questionCount: number, maxScore: number): Promise<string> {
  const id = newId();
  const authorId = learners[0]?.userId ?? '';
  await store.database.quiz.create({
    data: { id, authorId, title: 'A quiz', status: 'published', questionCount, maxScore },
  });
  const questions = Array.from({ length: questionCount }, (_, index) => ({ id: `q${index}` }));
  await store.database.quizVersion.create({ data: { quizId: id, version: 1, questions } });
  return id;
}

/** In the order of the list, the oldest first; each with its learner's standing. */
async function take(quizId: string, taken: Taken[]): Promise<void> {
  for (const { learner, score, credits } of taken) {
    const userId = learners[learner]?.userId ?? '';
    await store.database.$executeRaw`
      INSERT INTO submissions (id, user_id, quiz_id, quiz_version, status, answers, score, max_score, credits)
      VALUES (${newId()}::uuid, ${userId}::uuid, ${quizId}::uuid, 1, 'scored', '[]', ${score}::int, 10,
        ${`{${credits.map((credit) => credit ?? 'NULL').join()}}`}::text::real[])`;
    await store.database.$executeRaw`
      INSERT INTO quiz_standings (user_id, quiz_id, best, ordinal)
      VALUES (${userId}::uuid, ${quizId}::uuid, ${score}::int, nextval('standing_ordinal'))
      ON CONFLICT (user_id, quiz_id) DO UPDATE
        SET best = excluded.best, ordinal = excluded.ordinal WHERE quiz_standings.best < excluded.best`;
  }
}

describe('the figures of a quiz', () => {
  const sizes = fc.constantFrom(1, 2, 24, 25, 26, 51);
  const credit = fc.option(fc.constantFrom(0, 1, 0.5, 0.333333, 0.666667, 0.999999));
  const history = sizes.chain((size) =>
    fc.tuple(
      fc.constant(size),
      fc.array(
        fc.record({
          ...{ learner: fc.nat(LEARNERS - 1), score: fc.nat(10) },
          credits: fc.array(credit, { minLength: size, maxLength: size }),
        }),
        { maxLength: 12 },
      ),
    ),
  );

  it('are what one reckons by hand (property)', async () => {
    const mean = (list: number[]) => list.reduce((sum, each) => sum + each, 0) / Math.max(1, list.length);
    await fc.assert(
      fc.asyncProperty(history, async ([size, taken]) => {
        const quizId = await createQuiz(size, 10);
        await take(quizId, taken);
        const { results: found } = (await results.read(quizId)) ?? {};
        const bests = new Map<number, number>();
        for (const { learner, score } of taken) bests.set(learner, Math.max(score, bests.get(learner) ?? 0));
        expect(found).toMatchObject({
          ...{ submissions: taken.length, participants: bests.size },
          averageScore: Number(mean(taken.map(({ score }) => score)).toFixed(2)),
          distribution: Array.from(
            { length: 10 },
            (_, tenth) => taken.filter(({ score }) => Math.min(9, score) === tenth).length,
          ),
        });
        expect(found?.top.map(({ score }) => score)).toEqual(
          [...bests.values()].filter((best) => best > 0).sort((a, b) => b - a),
        );
        expect(found?.questions).toHaveLength(size);
        for (const [index, question] of (found?.questions ?? []).entries()) {
          const credits = taken.map(({ credits: each }) => each[index] ?? null);
          expect(question).toMatchObject({
            ...{ questionId: `q${index}`, answered: credits.filter((one) => one !== null).length },
            averageCredit: expect.closeTo(mean(credits.map((one) => one ?? 0)), 3),
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are of all submissions, and those of questions of the newest that two million answers are', async () => {
    const [questions, newest, older] = [500, 4_000, 300];
    const quizId = await createQuiz(questions, 10);
    // Of the older ones every answer was wrong; of the newest every one was right, and half left the last question out.
    await store.database.$executeRaw`
      INSERT INTO submissions (id, user_id, quiz_id, quiz_version, status, answers, score, max_score, credits)
      SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ${learners[0]?.userId}::uuid, ${quizId}::uuid, 1,
        'scored', '[]', CASE WHEN n > ${older} THEN 10 ELSE 0 END, 10,
        array_fill(CASE WHEN n > ${older} THEN 1 ELSE 0 END::real, ARRAY[${questions}::int - 1])
          || CASE WHEN n > ${older} AND n % 2 = 0 THEN NULL ELSE 1 END::real
      FROM generate_series(1, ${older + newest}::int) n`;
    const { results: found } = (await results.read(quizId)) ?? {};
    expect(found).toMatchObject({
      ...{
        submissions: older + newest,
        participants: 1,
        distribution: [older, 0, 0, 0, 0, 0, 0, 0, 0, newest],
      },
      averageScore: Number(((newest * 10) / (older + newest)).toFixed(2)),
    });
    expect(found?.questions).toHaveLength(questions);
    expect(found?.questions[0]).toEqual({ questionId: 'q0', answered: newest, averageCredit: 1 });
    expect(found?.questions.at(-1)).toEqual({
      ...{ questionId: `q${questions - 1}`, answered: newest / 2, averageCredit: 0.5 },
    });
  });

  it('leave out previews, other versions and what is not scored', async () => {
    const quizId = await createQuiz(1, 10);
    await take(quizId, [{ learner: 0, score: 4, credits: [1] }]);
    await store.database.quizVersion.create({ data: { quizId, version: 2, questions: [{ id: 'q0' }] } });
    const others = [{ preview: true }, { status: 'queued' as const }, { quizVersion: 2 }];
    await store.database.submission.createMany({
      data: others.map((other) => ({
        ...{
          id: newId(),
          userId: learners[1]?.userId ?? '',
          quizId,
          quizVersion: 1,
          status: 'scored' as const,
        },
        ...{ answers: [], score: 9, maxScore: 10, credits: [0] },
        ...other,
      })),
    });
    const { results: found } = (await results.read(quizId)) ?? {};
    expect(found).toMatchObject({ submissions: 1, questions: [{ answered: 1, averageCredit: 1 }] });
  });
});
