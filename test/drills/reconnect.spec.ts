import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import { sized } from '../support/drill.js';
import { Follower } from '../support/follower.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { signUpMany, storm } from '../support/storm.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const BOARD = 'leaderboard:global';
const SOCKETS = 20;
const COUNT = sized({ short: 500, whole: 1_000 });

let stack: Stack;
let quizzes: QuizView[];
let followers: Follower[];

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 2, env: { LIMIT_SUBMISSION: '100000/60' } });
  const author = await stack.author();
  quizzes = [];
  // The points rise slowly, so that places change to the end.
  for (let index = 0; index < 50; index += 1)
    quizzes.push(await publishQuiz(author, trueFalse(1 + (index % 7))));
  followers = (await signUpMany(stack, SOCKETS)).map((client) => new Follower(client, [BOARD, 'user']));
  await Promise.all(followers.map(async (one, index) => await one.connect(stack.url(index % 2))));
});
afterAll(async () => {
  for (const one of followers) one.close();
  await stack.stop();
});

const lastSeq = async () => Number(await stack.redis.hget(keys.events.boardTopic('global'), 'seq'));
const seqs = (one: Follower, topic: string) => one.taken.get(topic)?.map(({ seq }) => seq) ?? [];
const scoredIds = (one: Follower) =>
  (one.taken.get('user') ?? []).flatMap(({ type, data }) =>
    type === 'submission.scored' ? [data['submissionId']] : [],
  );
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe(`${SOCKETS} sockets at two processes, one of which is killed, in ${COUNT} submissions`, () => {
  it('miss no event, get none twice and none out of order', async () => {
    const moves: Promise<void>[] = [];
    const at = new Map<number, () => Promise<void>>([
      [
        COUNT * 0.3,
        async () => {
          await stack.apis[1]?.kill('SIGKILL');
          await Promise.all(
            followers.map(async (one, index) => index % 2 && (await one.connect(stack.url(0)))),
          );
          stack.startApi(1);
          await stack.untilReady(1);
        },
      ],
      [
        COUNT * 0.7,
        async () => await Promise.all(followers.map(async (one) => await one.connect(stack.url(1)))).then(),
      ],
    ]);
    const accepted = await storm({
      stack,
      learners: followers.map(({ client }) => client),
      quizzes,
      count: COUNT,
      accepted: (done) => {
        const move = at.get(done);
        if (move) moves.push(move());
      },
    });
    expect(accepted).toBe(COUNT);
    await Promise.all(moves);
    expect(moves).toHaveLength(2);
    await untilScored(stack);

    const own = new Map(
      (
        await stack.sql<{ userId: string; count: number }>(
          'SELECT user_id AS "userId", count(*)::int AS count FROM submissions GROUP BY 1',
        )
      ).map(({ userId, count }) => [userId, count]),
    );
    const expected = (one: Follower) => own.get(one.client.user.userId) ?? 0;
    const last = await lastSeq();
    expect(last).toBeGreaterThan(20);
    await waitUntil('everybody has caught up', () =>
      followers.every((one) => seqs(one, BOARD).length >= last && scoredIds(one).length >= expected(one)),
    );

    expect(followers.flatMap(({ wrong }) => wrong)).toEqual([]);
    for (const one of followers) {
      expect(seqs(one, BOARD)).toEqual(upTo(last));
      expect(scoredIds(one)).toHaveLength(expected(one));
      expect(new Set(scoredIds(one)).size).toBe(expected(one));
      expect(seqs(one, 'user')).toEqual(upTo(seqs(one, 'user').length));
    }
    const told = followers.map((one) => one.taken.get(BOARD)?.map(({ id }) => id));
    expect(new Set(told.map((ids) => JSON.stringify(ids))).size).toBe(1);
  });
});
