import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainQuestion } from '../../src/question/interchange/plain-question.js';
import { withIds } from '../../src/question/question-ids.js';
import type { AuthoredQuestion, StoredQuestion } from '../../src/question/question.types.js';
import type { ApiClient } from '../support/api-client.js';
import {
  imported,
  importProgress,
  type ImportProgress,
  type ImportResult,
  manyQuestions,
} from '../support/imports.js';
import { expectProblem, rowCounts } from '../support/problems.js';
import { publishQuiz } from '../support/quizzes.js';
import { SAMPLES } from '../support/sample-questions.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface Attempt {
  id: string;
  questions: { id: string; items: { id: string }[] }[];
}
interface Key {
  title: string;
  questions: StoredQuestion[];
}

const AIKEN = 'Which command reads a string?\nA. SET\nB. GET\nANSWER: B\n\nNo options?\nANSWER: A\n';
const XML = `<?xml version="1.0"?>
<quiz>
<question type="category"><category><text>$course$/top/Redis</text></category></question>
<question type="truefalse"><name><text>Atomic</text></name>
<questiontext format="html"><text><![CDATA[<p onclick="x()">INCR is <b>atomic</b>.</p>]]></text></questiontext>
<defaultgrade>3</defaultgrade><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>
<question type="essay"><name><text>Long</text></name><questiontext><text>Why?</text></questiontext></question>
</quiz>`;
let stack: Stack;
let author: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 1 });
  author = await stack.author();
});
afterAll(async () => await stack.stop());

const send = async <Body = ImportResult>(text: string, query = '', type = 'text/plain', who = author) =>
  await who.post<Body>(`/quizzes/import?${query}`, text, { 'content-type': type });

/** Looks at a file whose bytes are Latin-1. */
async function sendBytes(text: string, type: string) {
  const answer = await fetch(`${stack.url()}/api/v1/quizzes/import?dryRun=true`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${author.tokens?.accessToken}` },
    body: Buffer.from(text, 'latin1'),
  });
  const body = (await answer.json()) as ImportResult;
  return { status: answer.status, headers: answer.headers, body, text: JSON.stringify(body) };
}

describe('an export', () => {
  it('imports as the same questions, of every type, and exports as the same file again', async () => {
    const { body: quiz } = await author.post<{ id: string }>('/quizzes', {
      title: 'Größe/ "1"',
      questions: SAMPLES,
    });
    const { status, text, headers } = await author.get(`/quizzes/${quiz.id}/export?format=gift`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8$/i);
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="Gro-e-1.gift"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.gift`,
    );
    const { body } = await send(text);
    expect(body).toMatchObject({ accepted: SAMPLES.length, rejected: [] });
    const again = body.quizzes[0]?.id ?? '';
    const keyOf = async (id: string) => (await author.get<Key>(`/quizzes/${id}/key`)).body;
    const [before, after] = [await keyOf(quiz.id), await keyOf(again)];
    expect(after.title).toBe('Größe/ "1" 1');
    expect(after.questions.map(plainQuestion)).toEqual(before.questions.map(plainQuestion));
    expect((await author.get(`/quizzes/${again}/export`)).text.split('\n').slice(1)).toEqual(
      text.split('\n').slice(1),
    );
  });

  it('is for the author and admins', async () => {
    const { body: quiz } = await author.post<{ id: string }>('/quizzes', { title: 'Q', questions: SAMPLES });
    const path = `/quizzes/${quiz.id}/export`;
    const learner = await stack.client().signUp();
    expectProblem(await learner.get(path), { status: 404, code: 'not_found' });
    await author.post(`/quizzes/${quiz.id}/publish`);
    expectProblem(await learner.get(path), { status: 403, code: 'forbidden' });
    expectProblem(await stack.client().get(path), { status: 401, code: 'unauthenticated' });
    expect((await (await stack.admin()).get(path)).status).toBe(200);
    const other = await author.get(`${path}?format=aiken`);
    expectProblem(other, { status: 400, code: 'validation_failed', paths: ['format'] });
  });
});

describe('importing other formats', () => {
  it.each([
    ['Aiken by its content', AIKEN, '', 'text/plain'],
    ['Aiken by name', AIKEN, 'format=aiken', 'text/plain'],
  ])('takes %s', async (_name, text, query, type) => {
    const { status, body } = await send(text, query, type);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      accepted: 1,
      rejected: [{ line: 6, reason: expect.stringMatching(/no options/) }],
    });
  });

  it.each([
    ['its content', '', 'text/plain'],
    ['name', 'format=xml', 'text/plain'],
    ['media type', '', 'application/xml'],
    ['another media type', '', 'text/xml; charset=utf-8'],
  ])('takes Moodle XML by %s', async (_name, query, type) => {
    const { status, body } = await send(XML, query, type);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      quizzes: [{ title: 'Redis 1', questionCount: 1 }],
      rejected: [{ line: 7, name: 'Long', reason: expect.stringMatching(/essay/) }],
    });
    const key = (await author.get<Key>(`/quizzes/${body.quizzes[0]?.id}/key`)).body;
    expect(key.questions).toMatchObject([
      { prompt: '<p>INCR is <b>atomic</b>.</p>', points: 3, correct: true },
    ]);
  });

  it('refuses what is no file of questions, by name', async () => {
    expectProblem(await send('Q {T}', 'format=docx'), {
      status: 400,
      code: 'validation_failed',
      paths: ['format'],
    });
    expectProblem(await send(' \n'), { status: 400, code: 'validation_failed', paths: ['body'] });
    expectProblem(await send('{}', '', 'application/json'), { status: 415, code: 'unsupported_media_type' });
    expectProblem(await send('Q {T}', '', 'application/pdf'), {
      status: 415,
      code: 'unsupported_media_type',
    });
    expectProblem(await send('a'.repeat(5 * 1024 * 1024 + 1)), { status: 413, code: 'payload_too_large' });
    const learner = await stack.client().signUp();
    expectProblem(await send('Q {T}', '', 'text/plain', learner), { status: 403, code: 'forbidden' });
  });
});

describe('a file in another encoding', () => {
  const gift = 'Größe? {=groß ~klein}';
  const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><quiz></quiz>';

  it.each([
    ['GIFT', gift, 'text/plain'],
    ['Aiken', 'Größe?\nA. groß\nB. klein\nANSWER: A\n', 'text/plain; charset=utf-8'],
    ['Moodle XML', xml.replace('</', 'é</'), 'application/xml'],
  ])('is refused by name: %s', async (_name, text, type) => {
    const answer = await sendBytes(text, type);
    expectProblem(answer, { status: 400, code: 'validation_failed', paths: ['body'] });
    expect(answer.text).toMatch(/must be in UTF-8/);
  });

  it('is read when it is named', async () => {
    const { status, body } = await sendBytes(`${gift}\n\nBücher`, 'text/plain; charset=iso-8859-1');
    expect([status, body.accepted, body.rejected[0]?.name]).toEqual([200, 1, 'Bücher']);
  });
});

const matching = (pairs: number) =>
  `Match {${Array.from({ length: pairs }, (_, at) => `=l${at} -> r${at}`).join(' ')}}\n\n`;

describe('a quiz that nobody could hand in', () => {
  const tooMuch = { status: 400, code: 'validation_failed', paths: ['questions'] };
  const items = Array.from({ length: 8 }, (_, at) => `i${at}`);
  const orderings = (count: number) =>
    Array.from({ length: count }, () => ({ type: 'ordering', prompt: 'Sort', items }));

  it('is not made of a file: its quizzes have to be smaller', async () => {
    const before = await rowCounts(stack);
    for (const query of ['quizSize=100', 'quizSize=100&dryRun=true']) {
      const refused = await send(matching(10).repeat(100), query);
      expectProblem(refused, tooMuch);
      expect(refused.text).toMatch(/Imported quiz 1.*would take \d+ bytes.*smaller quizSize/);
    }
    expect(await rowCounts(stack)).toEqual(before);
    expect((await send(matching(10).repeat(100), 'quizSize=50')).status).toBe(201);
  });

  it('is not made of a large file, either, and its author is told why', async () => {
    const { body } = await send<ImportProgress>(matching(10).repeat(1_001), 'quizSize=100');
    const { status, reason, result } = await imported(author, body.id);
    expect([status, result]).toEqual(['failed', undefined]);
    expect(reason).toMatch(
      /^the quiz "Imported quiz 1": a full answer would take \d+ bytes.*smaller quizSize$/,
    );
  });

  it('is neither created, nor written over another, nor published when it is there already', async () => {
    const questions = orderings(200);
    const { body: draft } = await author.post<{ id: string }>('/quizzes', { title: 'T', questions: SAMPLES });
    for (const refused of [
      await author.post('/quizzes', { title: 'T', questions }),
      await author.send('PUT', `/quizzes/${draft.id}`, { title: 'T', questions }),
    ]) {
      expectProblem(refused, tooMuch);
      expect(refused.text).toMatch(/a full answer would take 75813 bytes/);
    }
    const stored = JSON.stringify(withIds(questions as AuthoredQuestion[]));
    await stack.sql('UPDATE quiz_versions SET questions = $2 WHERE quiz_id = $1', [draft.id, stored]);
    expectProblem(await author.post(`/quizzes/${draft.id}/publish`), tooMuch);
  });

  it('is none that can just be handed in', async () => {
    const quiz = await publishQuiz(author, orderings(172), { shuffle: true });
    const learner = await stack.client().signUp();
    const { body: attempt } = await learner.post<Attempt>(`/quizzes/${quiz.id}/attempts`);
    const answers = attempt.questions.map((question) => ({
      questionId: question.id,
      response: question.items.map(({ id }) => id),
    }));
    const body = { answers, quizVersion: 1, attemptId: attempt.id };
    expect(JSON.stringify(body).length).toBeGreaterThan(65_000);
    expect((await learner.post(`/quizzes/${quiz.id}/submissions`, body)).status).toBe(202);
  });
});

describe('a large file', () => {
  const large = manyQuestions(1_200);

  it('is read by the worker, for its owner and admins alone', async () => {
    const { status, headers, body } = await send<ImportProgress>(large, 'publish=true&quizSize=100');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/imports/${body.id}`);
    expect(body).toMatchObject({ status: 'queued', processed: 0, total: 1_200 });
    const { result } = await imported(author, body.id);
    expect([result?.accepted, result?.rejected.length, result?.quizzes.length]).toEqual([1_188, 12, 12]);
    expect(result?.rejected[0]).toMatchObject({ name: 'Bad 99', reason: expect.stringMatching(/closed/) });
    const first = await author.get<Key>(`/quizzes/${result?.quizzes[0]?.id}/key`);
    expect(first.body).toMatchObject({ status: 'published', title: 'Imported quiz 1', questionCount: 100 });
    const rows = await stack.sql('SELECT content FROM imports WHERE id = $1', [body.id]);
    expect(rows).toEqual([{ content: null }]);
    const other = await stack.author();
    expectProblem(await other.get(`/imports/${body.id}`), { status: 404, code: 'not_found' });
    expectProblem(await stack.client().get(`/imports/${body.id}`), { status: 401, code: 'unauthenticated' });
    expect((await importProgress(await stack.admin(), body.id)).id).toBe(body.id);
    expectProblem(await author.get('/imports/x'), { status: 400, code: 'validation_failed', paths: ['id'] });
  });

  it('is only looked at in a dry run', async () => {
    const { quizzes: before } = await rowCounts(stack);
    const { status, body } = await send<ImportProgress>(large, 'dryRun=true');
    expect(status).toBe(202);
    const { result } = await imported(author, body.id);
    expect(result).toMatchObject({ accepted: 1_188 });
    expect(result?.quizzes.some((quiz) => 'id' in quiz)).toBe(false);
    expect((await rowCounts(stack))['quizzes']).toBe(before);
  });

  it('goes in once though the worker is killed as it reads, and Redis forgets its job', async () => {
    const { quizzes: before = 0 } = await rowCounts(stack);
    const { body } = await send<ImportProgress>(manyQuestions(5_000));
    const isBegun = async () => (await importProgress(author, body.id)).processed > 0;
    await waitUntil('some is read', isBegun, 30_000);
    await stack.workers.at(-1)?.kill('SIGKILL');
    expect((await rowCounts(stack))['quizzes']).toBe(before);
    // Old enough to be swept at once.
    await stack.sql(`UPDATE imports SET created_at = created_at - interval '5 seconds' WHERE id = $1`, [
      body.id,
    ]);
    await stack.redis.flushall();
    stack.startWorker();
    const { status, result } = await imported(author, body.id, 60_000);
    expect([status, result?.accepted, result?.quizzes.length]).toEqual(['done', 4_950, 495]);
    expect((await rowCounts(stack))['quizzes']).toBe(before + 495);
    const ids = result?.quizzes.map(({ id }) => id);
    const [stored] = await stack.sql('SELECT count(*)::int FROM quizzes WHERE id = ANY($1::uuid[])', [ids]);
    expect(stored).toEqual({ count: 495 });
  });

  it('waits its turn: an author has five waiting at most, however many come at once', async () => {
    for (const worker of stack.workers) if (worker.running) await worker.kill('SIGTERM');
    const small = 'Q {T}\n\n'.repeat(1_001);
    const all = await Promise.all(Array.from({ length: 30 }, async () => await send(small)));
    expect(all.filter(({ status }) => status === 202)).toHaveLength(5);
    for (const refused of all.filter(({ status }) => status !== 202)) {
      expectProblem(refused, { status: 429, code: 'rate_limited' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await send('Q {T}')).status).toBe(201);
    const other = await stack.author();
    expect((await send(small, '', 'text/plain', other)).status).toBe(202);
  });
});
