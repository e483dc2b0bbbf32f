import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { regrade, withFalse } from '../support/regrades.js';
import { Stack } from '../support/stack.js';
import { signUpMany, storm } from '../support/storm.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const COUNT = 5;
interface Page {
  board: string;
  size: number;
  data: { rank: number; userId: string; username: string; score: number }[];
}
interface Place {
  rank: number | null;
  score: number;
  size: number;
  neighbours: { userId: string }[];
}

let stack: Stack;
let author: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 2, env: { LIMIT_SUBMISSION: '100000/60' } });
  author = await stack.author();
});
afterAll(async () => await stack.stop());

const submit = async (learner: ApiClient, quiz: QuizView, right: number) => {
  expect((await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right))).status).toBe(202);
  await untilScored(stack);
};
const board = async (quiz: QuizView, node = 0) =>
  (await stack.client(node).get<Page>(`/leaderboards/quiz:${quiz.id}?limit=100`)).body;
const reference = async (quiz: QuizView) =>
  await stack.sql<{ userId: string; score: number }>(
    `SELECT user_id AS "userId", best AS score FROM quiz_standings JOIN users u ON u.id = user_id
     WHERE quiz_id = $1 AND best > 0 AND u.status = 'active' ORDER BY best DESC, quiz_standings.ordinal`,
    [quiz.id],
  );
const shown = (page: Page) => page.data.map(({ userId, score }) => ({ userId, score }));
const isBuilt = async (quiz: QuizView) =>
  await waitUntil('the board is built', async () => {
    await board(quiz);
    return (await stack.redis.exists(keys.leaderboard.ready(`quiz:${quiz.id}`, 'all'))) === 1;
  });

describe('the leaderboard of a quiz', () => {
  it('ranks best attempts, whoever reached them first ahead, on every node and as PostgreSQL does', async () => {
    const [one, two] = [
      await publishQuiz(author, trueFalse(COUNT)),
      await publishQuiz(author, trueFalse(COUNT)),
    ];
    await isBuilt(one);
    const learners = await signUpMany(stack, 15);
    await storm({ stack, learners, quizzes: [one, two], count: 120 });
    await untilScored(stack);
    for (const quiz of [one, two]) {
      const expected = await reference(quiz);
      await waitUntil('the last score is on the board', async () => {
        const pages = [await board(quiz, 0), await board(quiz, 1)];
        return pages.every((page) => JSON.stringify(shown(page)) === JSON.stringify(expected));
      });
      expect((await board(quiz)).data.map(({ rank }) => rank)).toEqual(expected.map((_, index) => index + 1));
    }
    await isBuilt(two);
    expect(shown(await board(two))).toEqual(await reference(two));
    const ranked = await reference(one);
    const middle = Math.floor(ranked.length / 2);
    const me = learners.find(({ user }) => user.userId === ranked[middle]?.userId) as ApiClient;
    const mine = (await me.get<Place>(`/leaderboards/quiz:${one.id}/me?around=1`)).body;
    expect([mine.rank, mine.score, mine.size]).toEqual([middle + 1, ranked[middle]?.score, ranked.length]);
    expect(mine.neighbours).toHaveLength(3);
  });

  it('is followed live, and nothing of it is lost when Redis is emptied', async () => {
    const quiz = await publishQuiz(author, trueFalse(COUNT));
    const [anna, ben] = (await signUpMany(stack, 2)) as [ApiClient, ApiClient];
    const live = await LiveClient.connect(stack.url(1), ben);
    const topic = `leaderboard:quiz:${quiz.id}`;
    expect(await live.subscribe({ topic })).toMatchObject({
      ok: true,
      data: { snapshot: { board: `quiz:${quiz.id}`, top: [] } },
    });
    await isBuilt(quiz);
    await submit(anna, quiz, 3);
    const entered = await live.next('leaderboard.top10.entered');
    expect(entered).toMatchObject({ topic, data: { userId: anna.user.userId, rank: 1, score: 3 } });
    await live.next('leaderboard.changed', ({ data }) => JSON.stringify(data).includes(anna.user.userId));

    await stack.redis.flushall();
    await submit(anna, quiz, 4);
    expect(shown(await board(quiz))).toEqual([{ userId: anna.user.userId, score: 4 }]);
    await live.next('leaderboard.changed', ({ data }) => JSON.stringify(data).includes('"score":4'));
    await isBuilt(quiz);
    await submit(ben, quiz, 5);
    await waitUntil('Ben leads', async () => (await board(quiz)).data[0]?.userId === ben.user.userId);
    live.close();
  });

  it('follows a corrected key, a ban and its end', async () => {
    const quiz = await publishQuiz(author, trueFalse(COUNT));
    const [anna, ben] = (await signUpMany(stack, 2)) as [ApiClient, ApiClient];
    await submit(anna, quiz, 5);
    await submit(ben, quiz, 2);
    await isBuilt(quiz);
    await regrade(author, quiz.id, withFalse(COUNT, [2, 3, 4]));
    expect(shown(await board(quiz))).toEqual([
      { userId: ben.user.userId, score: 5 },
      { userId: anna.user.userId, score: 2 },
    ]);
    const admin = await stack.admin();
    const setStatus = async (status: string) =>
      await admin.send('PATCH', `/admin/users/${ben.user.userId}`, { status });
    await setStatus('banned');
    expect(shown(await board(quiz, 1))).toEqual([{ userId: anna.user.userId, score: 2 }]);
    await setStatus('active');
    expect((await board(quiz, 1)).size).toBe(2);
  });

  it('is none where there is no quiz, or a draft', async () => {
    const draft = await author.post('/quizzes', { title: 'A draft', questions: trueFalse(1) });
    for (const id of [newId(), String(draft.body['id']), 'x']) {
      const missing = { status: 404, code: 'not_found' };
      expectProblem(await author.get(`/leaderboards/quiz:${id}`), missing);
      expectProblem(await author.get(`/leaderboards/quiz:${id}/me`), missing);
      const live = await LiveClient.connect(stack.url(), author);
      const refused = await live.subscribe({ topic: `leaderboard:quiz:${id}` });
      expect(refused).toMatchObject({ ok: false, error: { code: 'not_found' } });
      live.close();
    }
  });
});
