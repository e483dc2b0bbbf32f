import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { MailRoom } from '../support/mail-room.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

let mails: MailRoom;
let stack: Stack;
let admin: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  mails = await MailRoom.start();
  stack = await Stack.start({ apis: 2, env: { ...mails.env, LIMIT_SUBMISSION: '1000/60' } });
  admin = await stack.admin();
  quiz = await publishQuiz(admin, trueFalse(5));
});
afterAll(async () => {
  await stack.stop();
  await mails.stop();
});

const submit = async (learner: ApiClient, right: number, headers = {}) =>
  await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right), headers);
const remove = async (client: ApiClient, password = PASSWORD) =>
  await client.send('DELETE', '/me', { password });

/** Where any row of any table, or any value in Redis, still says one of these. */
async function traces(words: string[]): Promise<string[]> {
  const tables = await stack.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const found: string[] = [];
  const look = (where: string, text: string) => {
    for (const word of words)
      if (text.toLowerCase().includes(word.toLowerCase())) found.push(`${where}: ${word}`);
  };
  for (const { name } of tables)
    for (const row of await stack.sql<{ text: string }>(
      `SELECT row_to_json(t)::text AS text FROM "${name}" t`,
    ))
      look(name, row.text);
  for await (const names of stack.redis.scanStream({ count: 500 }))
    // An Idempotency-Key stands in its window for a minute more, and names nobody.
    for (const name of (names as string[]).filter((one) => !one.includes(':sliding:')))
      look(name, `${name} ${await contentOf(name)}`);
  return found;
}

async function contentOf(name: string): Promise<string> {
  const { redis } = stack;
  switch (await redis.type(name)) {
    case 'string':
      return (await redis.get(name)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(name));
    case 'list':
      return JSON.stringify(await redis.lrange(name, 0, -1));
    case 'stream':
      return JSON.stringify(await redis.xrange(name, '-', '+'));
    case 'zset':
      return JSON.stringify(await redis.zrangebyscore(name, '-inf', '+inf'));
    default:
      throw new Error(`${name} has a type that is not looked into`);
  }
}

describe('deleting my account', () => {
  it('needs the password, and a wrong one changes nothing', async () => {
    const learner = await stack.client().signUp();
    const wrong = await remove(learner, 'not the right one');
    expectProblem(wrong, { status: 401, code: 'invalid_credentials' });
    expectProblem(await learner.send('DELETE', '/me', {}), {
      ...{ status: 400, code: 'validation_failed', paths: ['password'] },
    });
    expect((await learner.get('/me')).status).toBe(200);
    const answers = [];
    for (let guess = 0; guess < 6; guess += 1)
      answers.push((await remove(learner, `guess number ${guess}`)).status);
    expect(answers).toContain(429);
  });

  it('ends everything at once, on both nodes, and leaves no trace of who it was', async () => {
    const name = 'grace_the_first';
    const email = `${name}@example.org`;
    const agent = 'GraceBrowser/1.0';
    const learner = await stack.client(0).signUp(name);
    const login = { identifier: name, password: PASSWORD };
    const again = await stack.client(1).post<NonNullable<ApiClient['tokens']>>('/auth/login', login, {
      'user-agent': agent,
    });
    const second = stack.client(1);
    second.tokens = again.body;
    await learner.send('PATCH', '/me', { displayName: 'Grace Murray Hopper' });
    expect((await submit(learner, 4, { 'idempotency-key': 'key-of-grace' })).status).toBe(202);
    await untilScored(stack);
    const { userId } = learner.user;
    const path = `/leaderboards/global/users/${userId}`;
    await waitUntil('she is ranked', async () => (await admin.get(path)).body['rank'] === 1);
    await mails.settled(stack);
    const sockets = await Promise.all([
      LiveClient.connect(stack.url(0), second),
      LiveClient.connect(stack.url(1), learner),
    ]);

    expect((await remove(learner)).status).toBe(204);
    await Promise.all(sockets.map(async (socket) => await socket.closed(1_000)));
    for (const session of [learner, second])
      for (const node of [0, 1])
        expectProblem(await session.at(stack.url(node)).get('/me'), { status: 401, code: 'unauthenticated' });
    for (const identifier of [name, email])
      expectProblem(await stack.client(1).post('/auth/login', { identifier, password: PASSWORD }), {
        ...{ status: 401, code: 'invalid_credentials' },
      });
    for (const gone of [`/users/${userId}`, path])
      expectProblem(await admin.get(gone), { status: 404, code: 'not_found' });
    expect((await admin.get('/leaderboards/global')).text).not.toContain(userId);
    expect((await admin.get(`/admin/users?q=${name}`)).body).toMatchObject({ data: [] });

    const mail = await mails.nth(email, 2);
    expect(mail.subject).toBe('Your RediStack account was deleted');
    await mails.settled(stack);
    expect(await traces([email, name, 'Hopper', agent, 'key-of-grace'])).toEqual([]);
    expect(await stack.sql('SELECT delta, total FROM ledger WHERE user_id = $1', [userId])).toEqual([
      { delta: 4, total: 4 },
    ]);
    const { body } = await admin.get<{ data: { action: string }[] }>(`/admin/users/${userId}/audit`);
    expect(body.data[0]).toMatchObject({ action: 'account.deleted', actorId: userId });

    const successor = await stack.client(1).signUp(name);
    expect(successor.user.userId).not.toBe(userId);
    expect((await successor.get('/me')).body).toMatchObject({ username: name, email, totalScore: 0 });
    await stack.redis.flushall();
    await Promise.all([stack.untilReady(0), stack.untilReady(1)]);
    expect((await stack.client().get('/leaderboards/global')).text).not.toContain(userId);
    admin = await stack.admin();
  });

  it('is done once, however many ask for it at once', async () => {
    const learner = await stack.client().signUp();
    const answers = await Promise.all([0, 1, 0, 1].map((node) => remove(learner.at(stack.url(node)))));
    expect(answers.map(({ status }) => status).sort()[0]).toBe(204);
    for (const { status } of answers) expect([204, 401]).toContain(status);
    const { userId } = learner.user;
    expect(
      await stack.sql(`SELECT 1 FROM audit_log WHERE user_id = $1 AND action = 'account.deleted'`, [userId]),
    ).toHaveLength(1);
  });

  it('scores what was handed in before, and tells nobody', async () => {
    const learner = await stack.client().signUp();
    const thaw = await stack.freezeWorkers();
    await submit(learner, 5);
    expect((await remove(learner)).status).toBe(204);
    await thaw();
    await untilScored(stack);
    const { userId } = learner.user;
    expect(await stack.sql('SELECT total_score AS total FROM users WHERE id = $1', [userId])).toEqual([
      { total: 5 },
    ]);
    const key = `rs:{user:${userId}}`;
    expect(await stack.redis.hkeys(`${key}:profile`)).toEqual(['seq']);
    expect(await stack.redis.exists(`${key}:events`, `${key}:topic`)).toBe(0);
    expect((await admin.get('/leaderboards/global')).text).not.toContain(userId);
  });

  it('does not wait for a mail that a slow mail server holds up, nor sends it afterwards', async () => {
    const thaw = await stack.freezeWorkers();
    const learner = await stack.client().signUp();
    const { userId, username } = learner.user;
    const sending = await stack.database.connect();
    await sending.query('BEGIN');
    const held = await sending.query(`SELECT 1 FROM outbox WHERE payload->>'userId' = $1 FOR UPDATE`, [
      userId,
    ]);
    expect(held.rowCount).toBe(1);
    expect((await remove(learner)).status).toBe(204);
    await sending.query('ROLLBACK');
    sending.release();
    await thaw();
    await mails.settled(stack);
    const sent = mails.to(`${username}@example.org`).map(({ subject }) => subject);
    expect(sent).toEqual(['Your RediStack account was deleted']);
  });

  it('keeps the quizzes of an author for those who learn from them, and no file', async () => {
    const author = await stack.author();
    const own = await publishQuiz(author, trueFalse(2));
    const file = await author.post('/quizzes/import', 'Is it so? {T}\n\n'.repeat(1_001));
    expect(file.status).toBe(202);
    expect((await remove(author)).status).toBe(204);
    expect(await stack.sql('SELECT 1 FROM imports WHERE id = $1', [file.body['id']])).toEqual([]);
    const learner = await stack.client(1).signUp();
    const accepted = await learner.post(`/quizzes/${own.id}/submissions`, answersTo(own, 2));
    expect(accepted.status).toBe(202);
  });

  it('is refused to the administrator of the configuration', async () => {
    const answer = await remove(admin, 'an-admin-for-tests-only');
    expectProblem(answer, { status: 403, code: 'forbidden' });
    expect((await admin.get('/me')).status).toBe(200);
  });
});

describe('exporting my data', () => {
  it('answers with all that is held on me, and nothing of others', async () => {
    const author = await stack.author();
    const own = await publishQuiz(author, trueFalse(3));
    await author.send('PUT', `/quizzes/${own.id}`, { title: 'Second', questions: trueFalse(1) });
    const count = 45;
    for (let made = 0; made < count; made += 1)
      expect((await submit(author, made % 6, { 'idempotency-key': `key-${made}` })).status).toBe(202);
    await untilScored(stack);
    const file = 'Is it so? {T}\n\n'.repeat(1_001);
    const imported = await author.post('/quizzes/import?dryRun=true', file);
    expect(imported.status).toBe(202);
    const answer = await author.at(stack.url(1)).get<Record<string, Record<string, unknown>[]>>('/me/export');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="redistack-${author.user.username}.json"`,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { account, sessions, submissions, ledger, quizzes, quizVersions, ...rest } = answer.body;
    expect(account).toMatchObject({ id: author.user.userId, role: 'author', totalScore: 5 });
    expect(sessions).toMatchObject([{ id: author.tokens?.session.id, ip: '127.0.0.1' }]);
    expect(submissions).toHaveLength(count);
    expect(submissions?.[4]).toMatchObject({ status: 'scored', score: 4, answers: expect.any(Array) });
    expect(new Set(submissions?.map(({ id }) => id)).size).toBe(count);
    expect(ledger).toHaveLength(count);
    expect(ledger?.reduce((sum, { delta }) => sum + Number(delta), 0)).toBe(5);
    expect(quizzes).toMatchObject([{ id: own.id, title: 'Second' }]);
    expect(quizVersions?.map(({ version }) => version)).toEqual([1, 2]);
    expect(rest).toMatchObject({
      attempts: [{ quizId: quiz.id, used: count }],
      quizStandings: [{ quizId: quiz.id, best: 5 }],
      imports: [{ id: imported.body['id'], total: 1_001 }],
      exportedAt: expect.any(String),
    });
    expect(rest['idempotencyKeys']).toHaveLength(count);
    expect(rest['audit']?.map(({ action }) => action)).toEqual([
      ...['account.created', 'session.opened', 'role.changed', 'account.exported'],
    ]);
    expect(answer.text).not.toMatch(/argon2|totpSecret|passwordHash/);
    expect(answer.text).not.toContain('admin@example.org');
  });

  it('needs a session', async () => {
    expectProblem(await stack.client().get('/me/export'), { status: 401, code: 'unauthenticated' });
  });
});
