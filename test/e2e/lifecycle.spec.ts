import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { openGroup } from '../support/chats.js';
import { absent, dormantIds, sweepNow } from '../support/dormancy.js';
import { MailRoom } from '../support/mail-room.js';
import { expectProblem } from '../support/problems.js';
import { startTestRedis } from '../support/redis.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

interface Place {
  rank: number | null;
  score: number;
}
interface Sweep {
  name: string;
  everySec: number | null;
  lastRun: { at: string; outcome: string; done: Record<string, number> } | null;
  nextAt: string | null;
}

let stack: Stack;
let mails: MailRoom;
let admin: ApiClient;
let author: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  mails = await MailRoom.start();
  stack = await Stack.start({
    env: { ...mails.env, LIMIT_SUBMISSION: '1000/60', LIMIT_NOTIFICATION_MAIL: '1/86400' },
  });
  admin = await stack.admin();
  author = await stack.author();
  quiz = await publishQuiz(author, trueFalse(5));
}, 240_000);
afterAll(async () => {
  await mails.stop();
  await stack.stop();
}, 60_000);

const id = ({ user }: ApiClient) => user.userId;
const learner = async (right?: number) => {
  const client = await stack.client().signUp();
  await stack.sql('UPDATE users SET email_verified_at = now() WHERE id = $1', [id(client)]);
  if (right !== undefined) {
    await client.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right));
    await untilScored(stack);
    await waitUntil('the learner is ranked', async () => (await place('global', client)).rank !== null);
  }
  return client;
};
const place = async (board: string, client: ApiClient, query = '', viewer = admin) =>
  (await viewer.get<Place>(`/leaderboards/${board}/users/${id(client)}?${query}`)).body;
const verified = async () =>
  (await admin.post<{ differences: object[] }>('/admin/leaderboards/verify')).body.differences;
const statusOf = async (client: ApiClient) =>
  (
    await admin.get<{ data: { userId: string; status: string }[] }>(`/admin/users?q=${client.user.username}`)
  ).body.data.find(({ userId }) => userId === id(client))?.status;
const setStatus = async (client: ApiClient, status: 'active' | 'banned') =>
  await admin.send('PATCH', `/admin/users/${id(client)}`, { status });
const rested = async (client: ApiClient) => {
  await absent(stack, client, 8);
  await sweepNow(stack);
  expect(await dormantIds(stack)).toContain(id(client));
};

describe('an account that nobody uses', () => {
  it('is off every board and signed out, keeps its points, and is back at the next sign-in', async () => {
    const [anna, ben] = [await learner(3), await learner(2)];
    const group = await openGroup(ben, [anna]);
    const boards: [string, string, ApiClient][] = [
      ['global', '', admin],
      [`quiz:${quiz.id}`, '', admin],
      [`group:${group}`, '', ben],
      ['global', 'period=monthly', admin],
      [`quiz:${quiz.id}`, 'period=daily', admin],
      [`group:${group}`, 'period=weekly', ben],
    ];
    const places = async () =>
      await Promise.all(
        boards.map(async ([board, query, viewer]) => await place(board, anna, query, viewer)),
      );
    await waitUntil('all boards are kept', async () => {
      const ranked = (await places()).every(({ rank, score }) => rank !== null && score === 3);
      return ranked && (await stack.redis.keys('rs:{board:*}:ready:*')).length >= boards.length;
    });
    const before = await places();

    await rested(anna);
    expect(await stack.redis.exists(keys.profile.profile(id(anna)), keys.presence.presence(id(anna)))).toBe(
      0,
    );
    for (const one of await places()) expect(one).toMatchObject({ rank: null, score: 0 });
    expectProblem(await anna.get('/me'), { status: 401, code: 'unauthenticated' });
    const { refreshToken } = anna.tokens ?? {};
    expectProblem(await stack.client().post('/auth/refresh', { refreshToken }), {
      ...{ status: 401, code: 'session_expired' },
    });
    expect((await admin.get(`/users/${id(anna)}`)).body).toMatchObject({ totalScore: 3, quizzesSolved: 1 });
    expect(await statusOf(anna)).toBe('dormant');
    expect(await verified()).toEqual([]);

    const back = await stack.client().logIn(anna.user.username);
    expect(back.tokens?.user).toMatchObject({ userId: id(anna), totalScore: 3 });
    expect(await places()).toEqual(before);
    expect(await statusOf(anna)).toBe('active');
    expect(await verified()).toEqual([]);
    const audit = await admin.get<{ data: { action: string }[] }>(`/admin/users/${id(anna)}/audit`);
    const actions = audit.body.data.map(({ action }) => action);
    expect(actions.filter((action) => /dormant|returned/.test(action))).toEqual([
      'account.returned',
      'account.dormant',
    ]);
  });

  it('stays dormant through a FLUSHALL, and comes back after it', async () => {
    const anna = await learner(4);
    await rested(anna);
    await stack.redis.flushall();
    await stack.untilReady(0);
    admin = await stack.admin();
    expect(await place('global', anna)).toMatchObject({ rank: null, score: 0 });
    expect(await verified()).toEqual([]);
    await stack.client().logIn(anna.user.username);
    expect(await place('global', anna)).toMatchObject({ score: 4 });
    expect(await verified()).toEqual([]);
  });

  it('is found although Redis has forgotten who was there', async () => {
    const anna = await learner();
    await absent(stack, anna, 8);
    await stack.redis.del(keys.lifecycle.lastSeen('all'));
    await sweepNow(stack);
    expect(await dormantIds(stack)).toContain(id(anna));
  });

  it('is none where Redis saw a sign of life, whatever PostgreSQL says', async () => {
    const anna = await learner();
    await absent(stack, anna, 8);
    await stack.redis.zadd(keys.lifecycle.lastSeen('all'), Date.now(), id(anna));
    await sweepNow(stack);
    expect(await dormantIds(stack)).not.toContain(id(anna));
    expect((await anna.get('/me')).status).toBe(200);
  });

  it('is spared of administrators and authors of published quizzes', async () => {
    const withoutQuiz = await stack.author();
    for (const client of [admin, author, withoutQuiz]) await absent(stack, client, 30);
    await sweepNow(stack);
    const dormant = await dormantIds(stack);
    expect(dormant).toContain(id(withoutQuiz));
    for (const client of [admin, author]) expect(dormant).not.toContain(id(client));
  });

  it('may be banned meanwhile: the ban counts, and what was dormant is so after it', async () => {
    const anna = await learner(1);
    await rested(anna);
    await setStatus(anna, 'banned');
    expect(await statusOf(anna)).toBe('banned');
    const unbanned = await setStatus(anna, 'active');
    expect(unbanned.body).toMatchObject({ status: 'dormant' });
    expect(await place('global', anna)).toMatchObject({ rank: null });
    await stack.client().logIn(anna.user.username);
    expect(await place('global', anna)).toMatchObject({ score: 1 });
    expect(await verified()).toEqual([]);
  });
});

describe('a warning', () => {
  const warnings = (address: string) =>
    mails.to(address).filter(({ subject }) => subject === 'Your account will be dormant soon').length;
  const addressOf = async (client: ApiClient) =>
    (await stack.sql<{ email: string }>('SELECT email FROM users WHERE id = $1', [id(client)]))[0]?.email ??
    '';

  it('comes two days before, once each time one stays away, by preference, to nobody who is spared', async () => {
    const [anna, ben] = [await learner(), await learner()];
    await ben.send('PUT', '/me/notification-preferences', {
      account_going_dormant: { inApp: false, email: false },
    });
    for (const client of [anna, ben, author]) await absent(stack, client, 5.5);
    const [toAnna, toBen, toAuthor] = await Promise.all([anna, ben, author].map(addressOf));
    for (let times = 0; times < 2; times += 1) await sweepNow(stack);
    await mails.settled(stack);
    expect([toAnna, toBen, toAuthor].map((to) => warnings(to ?? ''))).toEqual([1, 0, 0]);
    expect(await dormantIds(stack)).not.toContain(id(anna));

    // She came by, and stays away again.
    await absent(stack, anna, 4);
    await sweepNow(stack);
    await absent(stack, anna, 6.5);
    await sweepNow(stack);
    await mails.settled(stack);
    expect(warnings(toAnna ?? '')).toBe(2);
  });

  it('is not sent to who came by before it was', async () => {
    const anna = await learner();
    await absent(stack, anna, 5.5);
    await admin.post('/admin/queues/mail.send/pause');
    await sweepNow(stack);
    await absent(stack, anna, 0);
    await admin.post('/admin/queues/mail.send/resume');
    await mails.settled(stack);
    expect(warnings(await addressOf(anna))).toBe(0);
  });
});

describe('operators', () => {
  /** The command where Redis is another one. */
  const withRedis = async (url: string, ...options: string[]) => {
    const set = encodeURIComponent(`process.env.REDIS_URL = '${url}'`);
    return await stack.run('--import', `data:text/javascript,${set}`, 'dist/lifecycle.js', ...options);
  };

  it('see beforehand who would fall dormant and who would be warned, and nothing changes', async () => {
    const [anna, ben] = [await learner(), await learner()];
    await absent(stack, anna, 8);
    await absent(stack, ben, 6);
    const { code, stdout, stderr } = await stack.run('dist/lifecycle.js', '--dry-run');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining([`dormant ${id(anna)}`, `warned ${id(ben)}`]));
    expect(stderr).toMatch(/\d+ would be dormant\n\d+ would be warned/);
    expect(await dormantIds(stack)).not.toContain(id(anna));
    expect(await stack.run('dist/lifecycle.js', '--no-such')).toMatchObject({ code: 2 });

    await sweepNow(stack);
    const again = await stack.run('dist/lifecycle.js', '--dry-run');
    expect(again.stdout).not.toContain(id(anna));
    expect(again.stdout).not.toContain(id(ben));
  });

  it('change nothing by looking, in a Redis that was emptied either', async () => {
    const empty = await startTestRedis();
    const day = `SELECT day FROM ordinal_days WHERE day > now() + interval '1 day'`;
    await stack.sql(`DELETE FROM ordinal_days WHERE day > now() + interval '1 day'`);
    expect(await withRedis(empty.url, '--dry-run')).toMatchObject({ code: 0 });
    expect(await empty.redis.keys('*')).toEqual([]);
    expect(await stack.sql(day)).toEqual([]);
    await empty.stop();
  });

  it('are told when a store is away, and not that another process is at it', async () => {
    const { code, stderr } = await withRedis('redis://127.0.0.1:1');
    expect(stderr).toMatch(/The sweep failed/);
    expect(code).toBe(2);
  });

  it('sweep at once where they do not want to wait', async () => {
    const anna = await learner();
    await absent(stack, anna, 8);
    const { code, stderr } = await stack.run('dist/lifecycle.js');
    expect(code).toBe(0);
    expect(stderr).toMatch(/dormancy: \d+ accounts are dormant now/);
    expect(await dormantIds(stack)).toContain(id(anna));
  });

  it('see what each sweep did, and when it runs next', async () => {
    const anna = await learner();
    await absent(stack, anna, 8);
    await sweepNow(stack);
    const list = async () => (await admin.get<{ data: Sweep[] }>('/admin/lifecycle')).body.data;
    await waitUntil(
      'the worker has swept rows',
      async () => (await list()).some(({ name, lastRun }) => name === 'retention' && lastRun !== null),
      90_000,
    );
    const sweeps = new Map((await list()).map((sweep) => [sweep.name, sweep]));
    const dormancy = sweeps.get('dormancy');
    expect(dormancy).toMatchObject({ everySec: 3600, lastRun: { outcome: 'done' } });
    expect(dormancy?.lastRun?.done['dormant']).toBeGreaterThanOrEqual(1);
    const { at } = dormancy?.lastRun ?? { at: '' };
    expect(Date.parse(dormancy?.nextAt ?? '') - Date.parse(at)).toBe(3_600_000);
    expect(sweeps.get('retention')?.lastRun?.done).toHaveProperty('sessions');
    expect(sweeps.get('retention')?.lastRun?.done).toHaveProperty('days of activity');
    expect(sweeps.get('streams')).toMatchObject({ everySec: null, lastRun: null, nextAt: null });
    expectProblem(await stack.client().get('/admin/lifecycle'), { status: 401, code: 'unauthenticated' });
    expectProblem(await author.get('/admin/lifecycle'), { status: 403, code: 'forbidden' });
  });
});
