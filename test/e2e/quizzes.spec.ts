import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';

interface Page {
  data: { id: string; title: string }[];
  page: { nextCursor: string | null; hasMore: boolean };
}

const missing = { status: 404, code: 'not_found' };
const forbidden = { status: 403, code: 'forbidden' };
let stack: Stack;
let author: ApiClient;
let other: ApiClient;
let learner: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 0 });
  author = await stack.author(0);
  other = await stack.author(1);
  learner = await stack.client(1).signUp();
});
afterAll(async () => await stack.stop());

describe('a quiz', () => {
  it('is a draft until it is published, and then for all', async () => {
    const content = {
      title: ' Redis ',
      description: 'First steps',
      tags: ['redis'],
      questions: trueFalse(3, 2),
    };
    const created = await author.post<QuizView>('/quizzes', { ...content, attemptsAllowed: 2 });
    expect(created.status).toBe(201);
    expect(created.headers.get('etag')).toMatch(/^"\S+"$/);
    expect(created.body).toEqual({
      ...{ id: expect.any(String), title: 'Redis', description: 'First steps', tags: ['redis'] },
      ...{ status: 'draft', version: 1, questionCount: 3, maxScore: 6, authorId: author.user.userId },
      ...{ timeLimitSec: null, attemptsAllowed: 2 },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    const path = `/quizzes/${created.body.id}`;
    for (const stranger of [learner, other]) expectProblem(await stranger.get(path), missing);
    expect((await author.get<QuizView>(path)).body.questions).toHaveLength(3);

    expect((await author.post(`${path}/publish`)).body).toMatchObject({ status: 'published', version: 1 });
    expect((await author.post(`${path}/publish`)).status).toBe(200);
    expect((await learner.get<QuizView>(path)).body).toMatchObject({
      ...{ status: 'published', title: 'Redis', maxScore: 6, questionCount: 3 },
      questions: [{ type: 'true_false', points: 2 }, {}, {}],
    });
  });

  it('shows its key to its author and admins only', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const path = `/quizzes/${quiz.id}/key`;
    for (const reader of [author, await stack.admin(1)]) {
      const key = await reader.get<QuizView>(path);
      expect(key.body.questions).toMatchObject([{ id: quiz.questions[0]?.id, correct: true }]);
    }
    for (const stranger of [learner, other]) expectProblem(await stranger.get(path), forbidden);
  });

  it('is edited in place as a draft, and gets its next version once published, live at once', async () => {
    const draft = await author.post<QuizView>('/quizzes', { title: 'First', questions: trueFalse(1) });
    const path = `/quizzes/${draft.body.id}`;
    const edited = await author.send('PUT', path, { title: 'Second', questions: trueFalse(2) });
    expect(edited.body).toMatchObject({ title: 'Second', version: 1, questionCount: 2, status: 'draft' });
    await author.post(`${path}/publish`);
    const replaced = await author.send('PUT', path, { title: 'Third', questions: trueFalse(3) });
    expect(replaced.body).toMatchObject({
      title: 'Third',
      version: 2,
      questionCount: 3,
      status: 'published',
    });
    const seen = await learner.get<QuizView>(path);
    expect(seen.body).toMatchObject({ title: 'Third', version: 2 });
    expect(seen.body.questions).toHaveLength(3);
    expectProblem(await other.send('PUT', path, { title: 'Mine', questions: trueFalse(1) }), forbidden);
  });

  it('is archived for good', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const path = `/quizzes/${quiz.id}`;
    expectProblem(await other.send('DELETE', path), forbidden);
    expect((await author.send('DELETE', path)).status).toBe(204);
    expectProblem(await learner.get(path), missing);
    expect((await author.get(path)).body).toMatchObject({ status: 'archived' });
    for (const answer of [
      await author.post(`${path}/publish`),
      await author.send('PUT', path, { title: 'Again', questions: trueFalse(1) }),
    ])
      expectProblem(answer, { status: 409, code: 'quiz_not_open' });
  });

  it('has another ETag for learners, who see no question of a timed one, than for its author', async () => {
    const { id } = await publishQuiz(author, trueFalse(2), { timeLimitSec: 60 });
    const path = `/quizzes/${id}`;
    const [own, seen] = [await author.get<QuizView>(path), await learner.get<QuizView>(path)];
    expect([own.body.questions.length, seen.body.questions.length]).toEqual([2, 0]);
    const etag = seen.headers.get('etag') ?? '';
    expect((await author.get(path, { 'if-none-match': etag })).status).toBe(200);
    expect((await learner.get(path, { 'if-none-match': etag })).status).toBe(304);
    const key = (await author.get(`${path}/key`)).headers.get('etag') ?? '';
    const list = { 'if-match': `"another", ${key}` };
    const body = { title: 'Next', questions: trueFalse(1) };
    expect((await author.send('PUT', path, body, list)).status).toBe(200);
    expectProblem(await author.send('PUT', path, body, list), { status: 412, code: 'version_conflict' });
  });

  it('has an ETag: If-None-Match gets 304, If-Match guards against lost updates', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const path = `/quizzes/${quiz.id}`;
    const etag = (await learner.get(path)).headers.get('etag') ?? '';
    const same = await learner.at(stack.url(0)).get(path, { 'if-none-match': etag });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);

    const write = async (title: string) =>
      await author.send('PUT', path, { title, questions: trueFalse(1) }, { 'if-match': etag });
    const answers = await Promise.all([write('One'), write('Two'), write('Three')]);
    const won = answers.filter((answer) => answer.status === 200);
    expect(won).toHaveLength(1);
    for (const answer of answers.filter((one) => one.status !== 200))
      expectProblem(answer, { status: 412, code: 'version_conflict' });
    const now = await learner.get(path, { 'if-none-match': etag });
    expect([now.status, now.body['version']]).toEqual([200, 2]);
    expect(now.headers.get('etag')).toBe(won[0]?.headers.get('etag'));
    expectProblem(
      await author.send('PUT', path, { title: 'x', questions: trueFalse(1) }, { 'if-match': 'nonsense' }),
      { status: 412, code: 'version_conflict' },
    );
  });
});

describe('the list', () => {
  const titles = async (client: ApiClient, query: string) => {
    const { status, body } = await client.get<Page>(`/quizzes?${query}`);
    expect(status).toBe(200);
    return body.data.map((quiz) => quiz.title);
  };

  beforeAll(async () => {
    const named = ['Sets 100%', 'sorted SETS', 'Streams', 'Lists_1', 'Lists 21'];
    for (const title of named)
      await publishQuiz(other, trueFalse(1), { title, tags: ['list', title.slice(0, 4)] });
    await other.post('/quizzes', { title: 'Not yet', questions: trueFalse(1), tags: ['list'] });
  });

  it('shows what is published, newest first, by tag and part of the title', async () => {
    const all = ['Lists 21', 'Lists_1', 'Streams', 'sorted SETS', 'Sets 100%'];
    expect(await titles(learner, 'tag=list')).toEqual(all);
    expect(await titles(learner, 'tag=Stre')).toEqual(['Streams']);
    expect(await titles(learner, 'tag=list&q=sets')).toEqual(['sorted SETS', 'Sets 100%']);
    expect(await titles(learner, 'tag=list&q=%25')).toEqual(['Sets 100%']);
    expect(await titles(learner, 'tag=list&q=s_1')).toEqual(['Lists_1']);
    expect(await titles(learner, 'tag=none')).toEqual([]);
    expect((await learner.get<Page>('/quizzes?tag=list')).text).not.toContain('questions"');
  });

  it('pages through all of it, once each', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 5; pages += 1) {
      const { body } = await learner.get<Page>(`/quizzes?tag=list&limit=2${cursor}`);
      seen.push(...body.data.map((quiz) => quiz.title));
      expect(body.page.hasMore).toBe(body.page.nextCursor !== null);
      if (!body.page.nextCursor) break;
      cursor = `&cursor=${encodeURIComponent(body.page.nextCursor)}`;
    }
    expect(seen).toEqual(await titles(learner, 'tag=list'));
  });

  it('shows authors their own of any status', async () => {
    expect(await titles(other, 'mine=true&status=draft')).toEqual(['Not yet']);
    expect(await titles(other, 'mine=true&limit=1')).toEqual(['Not yet']);
    expect(await titles(learner, 'mine=true')).toEqual([]);
    expect(await titles(author, 'mine=true&status=archived')).toEqual(['A quiz']);
    expect(await titles(learner, 'status=draft')).not.toContain('Not yet');
  });
});
