import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, ApiClient, Tokens } from '../support/api-client.js';
import { withSecondFactor } from '../support/authenticator.js';
import { LiveClient } from '../support/live-client.js';
import { aMinuteLater, MailRoom } from '../support/mail-room.js';
import { expectProblem } from '../support/problems.js';
import { refusingInserts } from '../support/refusing-inserts.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const wrong = { status: 401, code: 'invalid_code' };
const unauthenticated = { status: 401, code: 'unauthenticated' };
const NOBODY = 'nobody.at.all@example.org';
let stack: Stack;
let mails: MailRoom;

beforeAll(async () => {
  mails = await MailRoom.start();
  stack = await Stack.start({ apis: 2, env: { ...mails.env, LIMIT_OTP: '100000/60', LOG_LEVEL: 'trace' } });
});
afterAll(async () => {
  await stack.stop();
  await mails.stop();
});

type Purpose = 'login' | 'verify_email';

const addressOf = ({ user }: ApiClient) => `${user.username}@example.org`;
const ask = async (email: string, purpose: Purpose = 'login', node = 0, by = stack.client(node)) =>
  await by.post('/auth/otp', { email, purpose });
const use = async (email: string, code: string, purpose: Purpose = 'login', by = stack.client(1)) =>
  await by.post<Tokens>('/auth/otp/verify', { email, purpose, code });
const other = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

/** A learner whose mail of sign-up has come, and their address. */
async function newcomer(): Promise<{ learner: ApiClient; email: string }> {
  const learner = await stack.client().signUp();
  await mails.nth(addressOf(learner), 1);
  return { learner, email: addressOf(learner) };
}

/** Asks for a code to log in and reads it; `nth` counts the mails to the address. */
async function loginCode(email: string, nth: number): Promise<string> {
  expect((await ask(email)).status).toBe(202);
  return await mails.code(email, nth);
}

const mailJobs = async () =>
  await Promise.all(
    (await stack.redis.keys('rs:{queue:mail.send}:job:*')).map(async (key) => await stack.redis.hgetall(key)),
  );

const audited = async ({ user }: ApiClient) =>
  (await stack.sql<{ action: string }>('SELECT action FROM audit_log WHERE user_id = $1', [user.userId])).map(
    ({ action }) => action,
  );

describe('the first proof of an address', () => {
  it('comes by the mail of sign-up, once, and ends every session but the one that brought it', async () => {
    const { learner, email } = await newcomer();
    const squatter = await stack.client(1).logIn(learner.user.username);
    const socket = await LiveClient.connect(stack.url(0), squatter);
    const mail = await mails.nth(email, 1);
    expect(mail.subject).toMatch(/confirm your address/i);
    expect(mail.html).toContain(await mails.code(email, 1));
    const answer = await use(email, await mails.code(email, 1), 'verify_email', learner.at(stack.url(1)));
    expect([answer.status, answer.text]).toEqual([204, '']);
    await socket.closed(1_000);
    expectProblem(await squatter.get('/me'), unauthenticated);
    expect((await learner.get('/me')).body).toMatchObject({ email, emailVerified: true });
    expect(await audited(learner)).toContain('email.verified');
    await mails.settled(stack);
    expect(mails.to(email)).toHaveLength(1);
  });

  it('ends all of them when no session brought it, and a log-in by code is a proof, too', async () => {
    const { learner, email } = await newcomer();
    const answer = await use(email, await loginCode(email, 2));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({ tokenType: 'Bearer', user: { email, emailVerified: true } });
    expectProblem(await learner.get('/me'), unauthenticated);
    const again = await stack.client().logIn(learner.user.username);
    await aMinuteLater(stack);
    expect((await use(email, await loginCode(email, 3))).status).toBe(200);
    expect((await again.get('/me')).status).toBe(200);
  });
});

describe('a code', () => {
  it('is good once, for its purpose and its address only', async () => {
    const { email } = await newcomer();
    const { email: another } = await newcomer();
    const code = await loginCode(email, 2);
    expectProblem(await use(email, code, 'verify_email'), wrong);
    expectProblem(await use(another, code), wrong);
    const uses = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => await use(email, code, 'login', stack.client(i % 2))),
    );
    expect(uses.filter(({ status }) => status === 200)).toHaveLength(1);
    expectProblem(await use(email, code), wrong);
  });

  it('leads to the second factor where there is one', async () => {
    const { email, learner } = await newcomer();
    await withSecondFactor(stack, learner);
    await mails.nth(email, 2);
    const answer = await use(email, await loginCode(email, 3));
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code: 'mfa_required', ticket: expect.any(String) });
  });

  it('is refused after 200 parallel wrong ones', async () => {
    const { email } = await newcomer();
    const code = await loginCode(email, 2);
    const guesses = await Promise.all(
      Array.from(
        { length: 200 },
        async (_, i) => await use(email, other(code, i + 1), 'login', stack.client(i % 2)),
      ),
    );
    for (const guess of guesses) expectProblem(guess, wrong);
    expectProblem(await use(email, code), wrong);
    await aMinuteLater(stack);
    expect((await use(email, await loginCode(email, 3))).status).toBe(200);
  });

  it('takes 20 guesses an hour at an address, however often it is asked for again', async () => {
    const { email } = await newcomer();
    for (let nth = 2; nth <= 5; nth += 1) {
      const code = await loginCode(email, nth);
      for (let i = 1; i <= 5; i += 1) expectProblem(await use(email, other(code, i)), wrong);
      await aMinuteLater(stack);
    }
    expectProblem(await use(email, await loginCode(email, 6)), wrong);
  });

  it('replaces the one before', async () => {
    const { email } = await newcomer();
    const first = await loginCode(email, 2);
    await aMinuteLater(stack);
    const second = await loginCode(email, 3);
    if (first !== second) expectProblem(await use(email, first), wrong);
    expect((await use(email, second)).status).toBe(200);
  });

  it('goes with Redis, and nothing else does', async () => {
    const { learner, email } = await newcomer();
    const code = await loginCode(email, 2);
    await stack.redis.flushall();
    expectProblem(await use(email, code), wrong);
    expect((await learner.get('/me')).body).toMatchObject({ email, emailVerified: false });
    expect((await use(email, await loginCode(email, 3))).status).toBe(200);
  });

  it('runs out after 10 minutes, and all that is kept has an end', async () => {
    const { email } = await newcomer();
    await loginCode(email, 2);
    for (const [pattern, mostMs] of [
      ['rs:{address:*}:otp:*', 600_000],
      ['rs:{address:*}:*', 3_600_000],
    ] as const) {
      const found = await stack.redis.keys(pattern);
      const ttlsMs = await Promise.all(found.map(async (key) => await stack.redis.pttl(key)));
      expect(found).not.toEqual([]);
      expect(ttlsMs.filter((ms) => ms <= 0 || ms > mostMs)).toEqual([]);
    }
  });
});

describe('asking for a code', () => {
  it('sends one a minute and 5 an hour, and is answered the same each time', async () => {
    const { email } = await newcomer();
    const answers: Answer[] = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => await ask(email, 'login', i % 2)),
    );
    await mails.settled(stack);
    expect(mails.to(email)).toHaveLength(1 + 1);
    for (let minute = 0; minute < 6; minute += 1) {
      await aMinuteLater(stack);
      answers.push(await ask(email), await ask(email));
      await mails.settled(stack);
    }
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['202 ']));
    expect(mails.to(email)).toHaveLength(1 + 5);
    await use(email, await mails.code(email, 6));
  });

  it('counts the mail of sign-up as the first to prove the address', async () => {
    const { email } = await newcomer();
    await ask(email, 'verify_email');
    await mails.settled(stack);
    expect(mails.to(email)).toHaveLength(1);
    await aMinuteLater(stack);
    await ask(email, 'verify_email');
    expect((await use(email, await mails.code(email, 2), 'verify_email')).status).toBe(204);
    await aMinuteLater(stack);
    await ask(email, 'verify_email');
    await mails.settled(stack);
    expect(mails.to(email)).toHaveLength(2);
  });

  it('sends it to who asks again, after PostgreSQL was away in between', async () => {
    const { email } = await newcomer();
    const unheard = async () => await ask(email, 'login', 0, stack.client().once);
    expect((await refusingInserts(stack, 'outbox', unheard)).status).toBe(503);
    expect((await use(email, await loginCode(email, 2))).status).toBe(200);
  });

  it('tells nothing of who has an address, nor does guessing', async () => {
    const { email } = await newcomer();
    const [known, unknown] = [await ask(email), await ask(NOBODY)];
    const plain = ({ status, text, headers }: Answer) => [status, text, [...headers.keys()].sort()];
    expect(plain(unknown)).toEqual(plain(known));
    await mails.settled(stack);
    expect(mails.to(NOBODY)).toHaveLength(0);
    const [right] = [await mails.code(email, 2)];
    const bodies = [await use(email, other(right)), await use(NOBODY, right)].map(({ body, ...answer }) => {
      expectProblem({ ...answer, body }, wrong);
      return { ...body, traceId: '' };
    });
    expect(bodies[1]).toEqual(bodies[0]);
  });

  it('takes one form of an address for all, and refuses what is none', async () => {
    const { email } = await newcomer();
    expect((await ask(` ${email.toUpperCase()} `)).status).toBe(202);
    expect((await use(email.toUpperCase(), await mails.code(email, 2))).status).toBe(200);
    const refused = { status: 400, code: 'validation_failed' };
    for (const bad of [
      'ada',
      'a@b@c.org',
      'ada@example.org\r\nBcc: eve@example.org',
      '"a b"@example.org',
      `${email},eve@example.org`,
    ])
      expectProblem(await ask(bad), { ...refused, paths: ['email'] });
    expectProblem(await stack.client().post('/auth/otp', { email, purpose: 'admin' }), {
      ...refused,
      paths: ['purpose'],
    });
    expectProblem(await use(email, '12345'), { ...refused, paths: ['code'] });
  });

  it('sends nothing to who is banned, and a code sent before lets nobody in', async () => {
    const { learner, email } = await newcomer();
    const code = await loginCode(email, 2);
    await stack.sql(`UPDATE users SET status = 'banned' WHERE id = $1`, [learner.user.userId]);
    expectProblem(await use(email, code), wrong);
    await aMinuteLater(stack);
    await ask(email);
    await mails.settled(stack);
    expect(mails.to(email)).toHaveLength(2);
  });
});

describe('a mail', () => {
  it('that the mail server could not take comes once when it is back, and its code works', async () => {
    const learner = stack.client();
    let email = '';
    await mails.whileAway(async () => {
      email = addressOf(await learner.signUp());
      await ask(email);
      const held = (job: Record<string, string>) => Number(job['outages'] ?? 0) > 0;
      await waitUntil(
        'both jobs have met the outage',
        async () => (await mailJobs()).filter(held).length === 2,
      );
    });
    const [one, two] = [await mails.code(email, 1), await mails.code(email, 2)];
    await mails.settled(stack);
    expect(mails.to(email)).toHaveLength(2);
    const [forLogin, forProof] = mails.to(email)[0]?.subject.includes('log in') ? [one, two] : [two, one];
    expect((await use(email, forProof, 'verify_email', learner)).status).toBe(204);
    expect((await use(email, forLogin)).status).toBe(200);
  });
});

describe('what rests or is logged', () => {
  it('names no address and holds no code', async () => {
    const thaw = await stack.freezeWorkers();
    const learner = await stack.client().signUp('findable');
    const email = addressOf(learner);
    await ask(email);
    const promised = JSON.stringify(await stack.sql('SELECT payload FROM outbox'));
    const jobs = (await mailJobs()).map((job) => JSON.stringify(job));
    expect(jobs).toHaveLength(2);
    expect([promised, ...jobs].join()).not.toMatch(/findable|example\.org/);
    expect(promised).toMatch(/"sealed":"[\w-]{40,}"/);
    await thaw();
    const codes = [await mails.code(email, 1), await mails.code(email, 2)];
    const held: string[] = [];
    for (const key of await stack.redis.keys('rs:{address:*}*'))
      held.push(
        key,
        ...((await stack.redis.type(key)) === 'hash' ? Object.values(await stack.redis.hgetall(key)) : []),
      );
    expect(held.join()).not.toMatch(new RegExp(`findable|example\\.org|\\b(${codes.join('|')})\\b`));
    const logs = [...stack.apis, ...stack.workers].map(({ log }) => log).join('\n');
    expect(logs).toContain('/api/v1/auth/otp');
    expect(logs).not.toMatch(new RegExp(`findable|example\\.org|\\b(${codes.join('|')})\\b`));
  });
});
