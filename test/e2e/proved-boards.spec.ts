import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { boardOf, keysOf, quizBoardName } from '../../src/leaderboard/board.js';
import { encodeScore } from '../../src/leaderboard/board-score.js';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { signUpMany } from '../support/storm.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

interface Verified {
  boards: number;
  members: number;
  differences: object[];
}

let stack: Stack;
let admin: ApiClient;
let learners: ApiClient[];
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1 });
  admin = await stack.admin();
  learners = await signUpMany(stack, 5);
  quiz = await publishQuiz(admin, trueFalse(5));
  for (const [index, learner] of learners.entries())
    await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, index + 1));
  await untilScored(stack);
  await waitUntil('both boards are kept', async () => {
    await admin.get(`/leaderboards/quiz:${quiz.id}`);
    const built = [boardOf('global'), boardOf(quizBoardName(quiz.id))].map((board) => keysOf(board).ready);
    return (await stack.redis.exists(...built)) === 2;
  });
});
afterAll(async () => await stack.stop());

const verify = async (client = admin) => await client.post<Verified>('/admin/leaderboards/verify');
const userIdOf = (index: number) => learners[index]?.user.userId ?? '';
/** What a Redis would hold that somebody restored from an old copy. */
const falsify = async () => {
  const [global, ofQuiz] = [boardOf('global'), boardOf(quizBoardName(quiz.id))];
  await stack.redis.zadd(keysOf(global).standings, encodeScore(global.layout, 99, 0n), userIdOf(0));
  await stack.redis.zrem(keysOf(ofQuiz).standings, userIdOf(4));
};
const DIFFERENCES = () => [
  { board: 'global', periodKey: 'all', userId: userIdOf(0), expected: 1, found: 99 },
  { board: `quiz:${quiz.id}`, periodKey: 'all', userId: userIdOf(4), expected: 5, found: null },
];

it('are compared and built anew by administrators, over HTTP', async () => {
  expect((await verify()).body).toEqual({ boards: 2, members: 10, differences: [] });
  await falsify();
  expect((await verify()).body).toEqual({ boards: 2, members: 10, differences: DIFFERENCES() });
  const rebuilt = await admin.post('/admin/leaderboards/rebuild');
  expect([rebuilt.status, rebuilt.body]).toEqual([202, { boards: 2 }]);
  await waitUntil('they agree', async () => (await verify()).body.differences.length === 0);
  const { body } = await admin.get<{ data: { action: string; actorId: string; details: object }[] }>(
    `/admin/users/${admin.user.userId}/audit`,
  );
  const audited = body.data.filter(({ action }) => action.startsWith('leaderboards.')).reverse();
  const by = { actorId: admin.user.userId };
  expect(audited.slice(0, 4)).toMatchObject([
    { ...by, action: 'leaderboards.verified', details: { boards: 2, members: 10, differences: 0 } },
    { ...by, action: 'leaderboards.verified', details: { boards: 2, members: 10, differences: 2 } },
    { ...by, action: 'leaderboards.rebuilt', details: { boards: 2 } },
    { ...by, action: 'leaderboards.verified' },
  ]);
  for (const route of ['verify', 'rebuild']) {
    const path = `/admin/leaderboards/${route}`;
    expectProblem(await (learners[0] as ApiClient).post(path), { status: 403, code: 'forbidden' });
    expectProblem(await stack.client().post(path), { status: 401, code: 'unauthenticated' });
  }
});

it('are compared and built anew by operators, on the command line', async () => {
  const right = await stack.run('dist/boards.js', 'verify');
  expect([right.code, right.stdout]).toEqual([0, '']);
  expect(right.stderr).toContain('2 boards, 10 standings, 0 differences');
  await falsify();
  const wrong = await stack.run('dist/boards.js', 'verify');
  expect([wrong.code, wrong.stdout.trim().split('\n')]).toEqual([
    1,
    [
      `global all ${userIdOf(0)}: 1 in PostgreSQL, 99 in Redis`,
      `quiz:${quiz.id} all ${userIdOf(4)}: 5 in PostgreSQL, nothing in Redis`,
    ],
  ]);
  expect((await stack.run('dist/boards.js', 'rebuild')).code).toBe(0);
  expect((await verify()).body.differences).toEqual([]);
  expect(await stack.run('dist/boards.js', 'mend')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('npm run boards -- verify'),
  });
});
