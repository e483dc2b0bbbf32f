import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storeScript } from '../../src/cache/cache.scripts.js';
import { keys } from '../../src/redis/keys.js';
import { freePort } from '../../tools/lib/ports.mjs';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { withFalse } from '../support/regrades.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface Page {
  data: { id: string; title: string }[];
  page: { nextCursor: string | null };
}

const missing = { status: 404, code: 'not_found' };
let stack: Stack;
/** Between the second process and Redis. */
let proxy: RedisProxy;
let metricsPort: number;
let author: ApiClient;
/** One at each process. */
let learners: [ApiClient, ApiClient];

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 0 });
  [proxy, metricsPort] = await Promise.all([RedisProxy.start(stack.redisServer.url), freePort()]);
  await stack.apis[1]?.kill();
  stack.startApi(1, { REDIS_URL: proxy.url, METRICS_PORT: String(metricsPort) });
  await stack.untilReady(1);
  author = await stack.author();
  const learner = await stack.client().signUp();
  learners = [learner, learner.at(stack.url(1))];
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
});

const learnerAt = (turn: number): ApiClient => learners[turn % 2 === 0 ? 0 : 1];
const read = async (client: ApiClient, id: string) =>
  await client.get<QuizView & { title: string; status: string }>(`/quizzes/${id}`);
const put = async (id: string, title: string, client = author) =>
  await client.send('PUT', `/quizzes/${id}`, { title, questions: trueFalse(2) });
const archive = async (id: string) =>
  expect((await author.send('DELETE', `/quizzes/${id}`)).status).toBe(204);
const draft = async (title = 'A draft', more: object = {}) =>
  (await author.post<QuizView>('/quizzes', { title, questions: trueFalse(1), ...more })).body.id;
const list = async (client: ApiClient, query = '') => (await client.get<Page>(`/quizzes?${query}`)).body.data;
const idsIn = async (client: ApiClient, query = '') => (await list(client, query)).map(({ id }) => id);
/** The JSON that Redis holds of a quiz. */
const heldQuiz = async (id: string) => await stack.redis.get(keys.cache.value(`quiz:${id}`));
const heldNames = async () => (await stack.redis.keys('rs:{cache:*}:value')).sort();

describe('a published quiz', () => {
  it('is held for a minute at most, as every learner sees it, without its key', async () => {
    const { id } = await publishQuiz(author, [
      {
        ...{ type: 'single_choice', prompt: 'Which?', explanation: 'SECRET' },
        options: [
          { text: 'a', credit: 1, feedback: 'SECRET' },
          { text: 'b', credit: 0 },
        ],
      },
      { type: 'short_text', prompt: 'What?', accepted: [{ text: 'SECRET' }] },
      { type: 'numeric', prompt: 'How many?', accepted: [{ value: 424_242 }] },
    ]);
    const answers = [await read(learners[0], id), await read(learners[1], id), await read(author, id)];
    for (const { status, body } of answers) expect([status, body]).toEqual([200, answers[0]?.body]);
    const held = await heldQuiz(id);
    expect(held).toContain('Which?');
    expect(held).not.toMatch(/SECRET|424242|credit|feedback|explanation|accepted/);
    const leftMs = await stack.redis.pttl(keys.cache.value(`quiz:${id}`));
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(60_000);
  });

  it('shows its next version at once in every process, under another ETag, and in the list', async () => {
    const { id } = await publishQuiz(author, trueFalse(1), { title: 'Before' });
    const [before] = [await read(learners[0], id), await read(learners[1], id)];
    await Promise.all(learners.map(async (learner) => await list(learner)));
    for (const title of ['Next', 'And the next']) {
      expect((await put(id, title)).status).toBe(200);
      for (const learner of learners) {
        const { body, headers } = await read(learner, id);
        expect([body.title, body.questions.length]).toEqual([title, 2]);
        expect(headers.get('etag')).not.toBe(before.headers.get('etag'));
        expect((await list(learner)).find((one) => one.id === id)?.title).toBe(title);
      }
    }
  });

  it('answers 304 to its ETag, and no longer once its key was corrected', async () => {
    const { id } = await publishQuiz(author, trueFalse(1));
    const etag = (await read(learners[0], id)).headers.get('etag') ?? '';
    const ask = async () => await learners[1].get(`/quizzes/${id}`, { 'if-none-match': etag });
    expect((await ask()).status).toBe(304);
    expect((await author.post(`/quizzes/${id}/regrade`, withFalse(1, [0]))).status).toBe(202);
    expect((await ask()).status).toBe(200);
  });

  it('is gone at once when it is archived, also from the list; its author still reads it', async () => {
    const { id } = await publishQuiz(author, trueFalse(1), { tags: ['archived'] });
    for (const learner of learners) {
      expect((await read(learner, id)).status).toBe(200);
      for (const query of ['', 'tag=archived', 'limit=1']) expect(await idsIn(learner, query)).toContain(id);
    }
    await archive(id);
    for (const learner of learners) {
      for (const query of ['', 'tag=archived', 'limit=1'])
        expect(await idsIn(learner, query)).not.toContain(id);
      expect((await read(author.at(learner.url), id)).body.status).toBe('archived');
      expectProblem(await read(learner, id), missing);
    }
    expect(await heldQuiz(id)).toBeNull();
  });

  it('shows its questions to its author alone where there is a time limit, whoever read first', async () => {
    const { id } = await publishQuiz(author, trueFalse(3), { timeLimitSec: 60 });
    for (let round = 0; round < 2; round += 1) {
      const [whole, closed] = [await read(author, id), await read(learners[1], id)];
      expect([whole.body.questions.length, closed.body.questions.length]).toEqual([3, 0]);
      expect(whole.headers.get('etag')).not.toBe(closed.headers.get('etag'));
    }
    expect(await heldQuiz(id)).not.toContain('Statement');
  });

  it('is shuffled at each reading, though it is held', async () => {
    const items = ['one', 'two', 'three', 'four', 'five', 'six'];
    const ordering = { type: 'ordering', prompt: 'Order', items };
    const choice = {
      type: 'single_choice',
      prompt: 'One',
      options: items.map((text) => ({ text, credit: 1 })),
    };
    const matching = {
      type: 'matching',
      prompt: 'Match',
      pairs: items.map((left) => ({ left, right: left })),
    };
    const ordersOf = async (more: object) => {
      const { id } = await publishQuiz(author, [ordering, choice, matching], more);
      const orders: Record<string, Set<string>> = {};
      for (let round = 0; round < 20; round += 1) {
        const { questions } = (await read(learnerAt(round), id)).body;
        (orders['questions'] ??= new Set()).add(questions.map(({ type }) => type).join());
        for (const [part, value] of questions.flatMap((question) => Object.entries(question))) {
          if (!Array.isArray(value)) continue;
          const texts = value.map(({ text }: { text: string }) => text);
          expect([...texts].sort()).toEqual([...items].sort());
          (orders[part] ??= new Set()).add(texts.join());
        }
      }
      return Object.fromEntries(Object.entries(orders).map(([part, seen]) => [part, seen.size > 1]));
    };
    const always = { items: true, left: true, right: true };
    expect(await ordersOf({})).toEqual({ questions: false, options: false, ...always });
    expect(await ordersOf({ shuffle: true })).toEqual({ questions: true, options: true, ...always });
  });
});

describe('a draft', () => {
  it('is for its author and admins alone, and held nowhere, also after they read it', async () => {
    const id = await draft();
    const admin = await stack.admin(1);
    for (const reader of [author, admin]) expect((await read(reader, id)).status).toBe(200);
    for (const learner of learners) expectProblem(await read(learner, id), missing);
    expect(await heldQuiz(id)).toBeNull();
    for (const learner of learners) expect(await idsIn(learner, 'limit=100')).not.toContain(id);
    expect((await put(id, 'Edited')).status).toBe(200);
    for (const reader of [author, admin]) expect((await read(reader, id)).body.title).toBe('Edited');
    expect((await author.post(`/quizzes/${id}/publish`)).status).toBe(200);
    for (const learner of learners) {
      expect((await read(learner, id)).body.title).toBe('Edited');
      expect(await idsIn(learner)).toContain(id);
    }
  });

  it('shows at once in the list of its author, and in nobody else’s', async () => {
    expect(await idsIn(author, 'mine=true')).not.toEqual([]);
    const before = await heldNames();
    const id = await draft();
    expect(await idsIn(author.at(stack.url(1)), 'mine=true')).toContain(id);
    expect(await idsIn(await stack.author(1), 'mine=true')).toEqual([]);
    expect((await heldNames()).filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe('the list of quizzes', () => {
  it('shows at once what an import published', async () => {
    await Promise.all(learners.map(async (learner) => await list(learner)));
    const file = 'An import. {TRUE}';
    const imported = await author.send<{ quizzes: { id: string }[] }>(
      'POST',
      '/quizzes/import?publish=true',
      file,
    );
    expect(imported.status).toBe(201);
    for (const learner of learners) expect(await idsIn(learner)).toContain(imported.body.quizzes[0]?.id);
  });

  it('holds first pages for ten seconds at most, and nothing that was sought, made up or further on', async () => {
    await publishQuiz(author, trueFalse(1), { tags: ['held'] });
    const before = await heldNames();
    for (const query of ['', 'limit=2', 'tag=held']) await list(learners[0], query);
    const names = await heldNames();
    const pages = names.filter((name) => name.includes('quiz-list:') && !before.includes(name));
    expect(pages).toHaveLength(3);
    for (const name of pages) expect(await stack.redis.pttl(name)).toBeLessThanOrEqual(10_000);
    const { nextCursor } = (await learners[0].get<Page>('/quizzes?limit=2')).body.page;
    for (const query of ['q=a', 'tag=held&q=a', 'tag=nobody-uses-it', 'tag=', `limit=2&cursor=${nextCursor}`])
      await list(learners[1], query);
    expect((await heldNames()).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('neither skips nor repeats while quizzes are published and archived', async () => {
    const publish = async () => (await publishQuiz(author, trueFalse(1), { tags: ['walked'] })).id;
    const before: string[] = [];
    for (let count = 0; count < 9; count += 1) before.unshift(await publish());
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null; page += 1) {
      const path: string = `/quizzes?tag=walked&limit=2${cursor && `&cursor=${cursor}`}`;
      const { body }: { body: Page } = await learnerAt(page).get<Page>(path);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.page.nextCursor;
      await archive(await publish());
      await publish();
      // Held anew, with what came since.
      await list(learnerAt(page), 'tag=walked&limit=2');
    }
    expect(seen).toEqual(before);
  });
});

describe('a reader in another process that is held up between its SELECT and its SET', () => {
  it.each([
    ['a quiz', (id: string) => `/quizzes/${id}`],
    ['the list', () => '/quizzes?limit=50'],
  ] as const)('brings back no old version: %s', async (_what, pathOf) => {
    const { id } = await publishQuiz(author, trueFalse(1), { title: 'Old' });
    // Who made it has read it; and a page's SET comes after that of the list's generation.
    await stack.redis.del(keys.cache.value(`quiz:${id}`));
    await list(learners[0], 'limit=1');
    proxy.keptBack = storeScript.sha;
    const held = learners[1].get(pathOf(id));
    try {
      await waitUntil('its SET is on the way', () => proxy.isKeepingBack);
      expect((await put(id, 'New')).status).toBe(200);
    } finally {
      proxy.letGo();
    }
    expect((await held).text).toContain('Old');
    for (const learner of [...learners, ...learners]) {
      expect((await read(learner, id)).body.title).toBe('New');
      expect((await list(learner, 'limit=50')).find((one) => one.id === id)?.title).toBe('New');
    }
  });
});

describe('figures', () => {
  it('tell hits and misses of each cache, and name no id', async () => {
    const { id } = await publishQuiz(author, trueFalse(1), { tags: ['figures'] });
    for (const path of [`/quizzes/${id}`, `/quizzes/${id}/results`, '/quizzes?tag=figures', '/me'])
      for (let round = 0; round < 2; round += 1) expect((await learners[1].get(path)).status).toBe(200);
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith('redistack_cache_reads_total{'));
    const caches = new Set(lines.map((line) => /cache="([^"]*)"/.exec(line)?.[1]));
    expect([...caches].sort()).toEqual(['generation', 'profile', 'quiz', 'quiz-list', 'results']);
    for (const cache of ['quiz', 'quiz-list', 'results', 'profile'])
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`cache="${cache}",outcome="hit"} [1-9]`)),
      );
  });
});

describe('a Redis', () => {
  it('that was emptied shows what there is', async () => {
    const { id } = await publishQuiz(author, trueFalse(1), { title: 'Before the flush' });
    await Promise.all(learners.map(async (learner) => [await read(learner, id), await list(learner)]));
    await stack.redis.flushall();
    const writer = await stack.client().logIn(author.user.username, 'correct-horse-battery-staple');
    expect((await put(id, 'After the flush', writer)).status).toBe(200);
    const learner = await stack.client().signUp();
    for (const reader of [learner, learner.at(stack.url(1))]) {
      expect((await read(reader, id)).body.title).toBe('After the flush');
      expect((await list(reader)).find((one) => one.id === id)?.title).toBe('After the flush');
    }
  });
});
