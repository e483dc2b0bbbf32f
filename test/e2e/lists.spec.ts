import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { publishQuiz, trueFalse } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';

interface Page {
  data: { id: string; submissionId?: string; title: string }[];
  page: { nextCursor: string | null; hasMore: boolean };
}

const MANY = 10_000;
let stack: Stack;
let author: ApiClient;
let learner: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 0, env: { LIMIT_SUBMISSION: '10000/60' } });
  author = await stack.author();
  learner = await stack.client().signUp();
});
afterAll(async () => await stack.stop());

const read = async (path: string, client = learner) => {
  const { status, body } = await client.get<Page>(path);
  expect(status).toBe(200);
  return body;
};

/** Every id of a list, page by page, in turn over both processes; `between` happens after each page. */
async function walk(
  path: string,
  between: (page: number) => Promise<unknown>,
  client = learner,
): Promise<string[]> {
  const clients = [client, client.at(stack.url(1))];
  const ids: string[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null; page += 1) {
    const { data, page: next }: Page = await read(
      `${path}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      clients[page % 2],
    );
    ids.push(...data.map(({ id, submissionId = id }) => submissionId));
    cursor = next.nextCursor;
    await between(page);
  }
  return ids;
}

describe('pages neither skip nor repeat while rows are added:', () => {
  it('quizzes, by tag and title, with others published all the while', async () => {
    const publish = async (index: number) =>
      await publishQuiz(author, trueFalse(1), { title: `Walk ${index}`, tags: ['walk'] });
    const before: string[] = [];
    for (let index = 0; index < 12; index += 1) before.unshift((await publish(index)).id);
    const drafts = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const draft = { title: 'Walk late', tags: ['walk'], questions: trueFalse(1) };
        return (await author.post<{ id: string }>('/quizzes', draft)).body.id;
      }),
    );

    const seen = await walk('/quizzes?tag=walk&q=walk&limit=3', async (page) => {
      const draft = drafts[page];
      const late = draft === undefined ? undefined : author.post(`/quizzes/${draft}/publish`);
      await Promise.all([publish(100 + page), publish(200 + page), late]);
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => before.includes(id))).toEqual(before);
    expect(await walk('/quizzes?tag=walk&q=walk&limit=100', async () => await Promise.resolve())).toEqual(
      (await stack.sql<{ id: string }>(`SELECT id FROM quizzes WHERE tags @> '{walk}' ORDER BY id DESC`)).map(
        ({ id }) => id,
      ),
    );
  });

  it('my submissions, with more handed in all the while', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const submit = async () =>
      (await learner.post<{ id: string }>(`/quizzes/${quiz.id}/submissions`, { answers: [] })).body.id;
    const before: string[] = [];
    for (let index = 0; index < 8; index += 1) before.unshift(await submit());
    const seen = await walk(
      '/me/submissions?limit=2',
      async () => await Promise.all([submit(), submit(), submit()]),
    );
    expect(seen).toEqual(before);
  });

  it('the gradebook, with more handed in all the while, as pages and as a file', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const path = `/quizzes/${quiz.id}/submissions`;
    const submit = async () => (await learner.post<{ id: string }>(path, { answers: [] })).body.id;
    const before: string[] = [];
    for (let index = 0; index < 9; index += 1) before.unshift(await submit());
    const more = async () => await Promise.all([submit(), submit(), submit()]);
    expect(await walk(`${path}?limit=2`, more, author)).toEqual(before);

    // More than are read at once.
    await stack.sql(
      `INSERT INTO submissions (id, user_id, quiz_id, quiz_version, max_score, answers)
       SELECT gen_random_uuid(), $1, $2, 1, 1, '[]' FROM generate_series(1, 1200)`,
      [learner.user.userId, quiz.id],
    );
    const rows = await stack.sql<{ id: string }>('SELECT id FROM submissions WHERE quiz_id = $1', [quiz.id]);
    const [file] = await Promise.all([author.get(`${path}?format=csv`), more(), more()]);
    const [, ...lines] = file.text.trimEnd().split('\r\n');
    const listed = lines.map((line) => line.split(',')[0]);
    expect(new Set(listed).size).toBe(listed.length);
    expect(rows.filter(({ id }) => !listed.includes(id))).toEqual([]);
  });

  it('no cursor but those of the list', async () => {
    for (const cursor of ['', 'x', 'AAAA', Buffer.from('1').toString('base64url')])
      expectProblem(await learner.get(`/quizzes?cursor=${cursor}`), {
        ...{ status: 400, code: 'validation_failed', paths: ['cursor'] },
      });
  });
});

describe('the search', () => {
  beforeAll(async () => {
    await stack.sql(
      `INSERT INTO quizzes (id, author_id, title, tags, status, question_count, max_score)
       SELECT gen_random_uuid(), $1, 'Title ' || md5(n::text), ARRAY['t' || n % 1000], 'published', 1, 1
       FROM generate_series(1, ${MANY}) AS n`,
      [author.user.userId],
    );
    await stack.sql('VACUUM ANALYZE quizzes');
  });

  it('finds part of a title among many, in whatever case, and takes % and _ as they are', async () => {
    const quiz = await publishQuiz(author, trueFalse(1), { title: 'Needles_in 100% Haystacks' });
    for (const q of ['needles', 'HAYSTACK', 's_in', '0% h', 'Needles_in 100% Haystacks', 'dle'])
      expect((await read(`/quizzes?q=${encodeURIComponent(q)}`)).data).toMatchObject([{ id: quiz.id }]);
    for (const q of ['needless', 's%in', 'n__dles', String.raw`\\`])
      expect((await read(`/quizzes?q=${encodeURIComponent(q)}`)).data).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['titles', `title ILIKE '%needles%'`, 'quizzes_title_idx'],
    ['tags', `tags @> '{nowhere}'`, 'quizzes_tags_idx'],
  ])('finds %s by an index', async (_what, condition, index) => {
    const plan = await stack.sql<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM quizzes WHERE status = 'published' AND ${condition} ORDER BY id DESC LIMIT 21`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain(index);
  });
});
