import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem, rowCounts } from '../support/problems.js';
import type { QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';

interface Import {
  quizzes: { id?: string; title: string; questionCount: number }[];
  accepted: number;
  rejected: { line: number; name: string; reason: string }[];
}

const FILE = `// A file with something wrong in it.
$CATEGORY: Redis/Strings

::Reading::Which command reads a string? {=GET#Right ~SET ~%50%GETEX}

::Essay::Why is Redis fast? {}

::Unclosed::Which command sets one? {=SET ~GET

::Atomic::INCR is atomic. {TRUE}

$CATEGORY: Redis/Numbers

::Slots::How many hash slots are there? {#16384:0}

::Short::Which command adds one? {=INCR =%50%INCRBY}
`;

let stack: Stack;
let author: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0 });
  author = await stack.author();
});
afterAll(async () => await stack.stop());

const importGift = async (query: string, text = FILE) =>
  await author.post<Import>(`/quizzes/import?${query}`, text);

describe('importing a GIFT file', () => {
  it('only looks in a dry run', async () => {
    const before = await rowCounts(stack);
    const { status, body } = await importGift('dryRun=true');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 4,
      quizzes: [
        { title: 'Strings 1', questionCount: 2 },
        { title: 'Numbers 1', questionCount: 2 },
      ],
    });
    expect(body.quizzes.some((quiz) => 'id' in quiz)).toBe(false);
    expect(await rowCounts(stack)).toEqual(before);
  });

  it('makes drafts, and says of each rejected question where it is and why', async () => {
    const { status, body } = await importGift('quizSize=1');
    expect(status).toBe(201);
    expect(body.quizzes.map((quiz) => quiz.title)).toEqual([
      ...['Strings 1', 'Strings 2', 'Numbers 1', 'Numbers 2'],
    ]);
    expect(body.rejected).toEqual([
      { line: 6, name: 'Essay', reason: expect.stringMatching(/essay/i) },
      { line: 8, name: 'Unclosed', reason: expect.stringMatching(/closed/) },
    ]);
    for (const { id } of body.quizzes)
      expect((await author.get(`/quizzes/${id}`)).body).toMatchObject({ status: 'draft', questionCount: 1 });
  });

  it('publishes at once when asked to, with keys as written', async () => {
    const { body } = await importGift('publish=true');
    const learner = await stack.client().signUp();
    const [first, second] = body.quizzes;
    expect((await learner.get(`/quizzes/${first?.id}`)).body).toMatchObject({ status: 'published' });
    const key = (await author.get<QuizView>(`/quizzes/${first?.id}/key`)).body.questions;
    expect(key).toMatchObject([
      {
        type: 'single_choice',
        options: [
          { text: 'GET', credit: 1, feedback: 'Right' },
          { text: 'SET', credit: 0 },
          { text: 'GETEX', credit: 0.5 },
        ],
      },
      { type: 'true_false', correct: true },
    ]);
    expect((await author.get<QuizView>(`/quizzes/${second?.id}/key`)).body.questions).toMatchObject([
      { type: 'numeric', accepted: [{ value: 16384 }] },
      { type: 'short_text', accepted: [{ text: 'INCR' }, { text: 'INCRBY', credit: 0.5 }] },
    ]);
  });

  it.each(['redis-basics', 'redis-patterns'])('takes every question of examples/%s.gift', async (name) => {
    const text = await readFile(`examples/${name}.gift`, 'utf8');
    const { status, body } = await importGift('publish=true&quizSize=100', text);
    expect([status, body.rejected]).toEqual([201, []]);
    expect(body.accepted).toBeGreaterThanOrEqual(20);
    expect(body.quizzes.reduce((sum, quiz) => sum + quiz.questionCount, 0)).toBe(body.accepted);
  });

  it('says of a file in which nothing is usable that nothing was', async () => {
    const before = await rowCounts(stack);
    const { status, body } = await importGift('', 'This is prose, and no question.');
    expect(status).toBe(201);
    expect(body).toMatchObject({ quizzes: [], accepted: 0 });
    expect(await rowCounts(stack)).toEqual(before);
  });

  it.each(['application/json', 'application/octet-stream', ''])(
    'is not taken as %j, which is told what to send',
    async (type) => {
      const body = JSON.stringify('::Atomic::INCR is atomic. {TRUE}');
      const headers = { 'content-type': type };
      const answer = await author.post('/quizzes/import', body, headers);
      expectProblem(answer, { status: 415, code: 'unsupported_media_type' });
      expect(answer.body['detail']).toBe('Send the file as text/plain or application/xml');
    },
  );

  it('is refused by name when it holds what cannot be stored', async () => {
    const answer = await author.post('/quizzes/import', FILE.replace('atomic', 'ato\0mic'));
    expectProblem(answer, { status: 400, code: 'validation_failed', paths: ['body'] });
  });
});
