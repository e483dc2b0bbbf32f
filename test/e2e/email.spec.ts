import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { losingRedisAtCommit } from '../support/lost-redis.js';
import { aMinuteLater, MailRoom } from '../support/mail-room.js';
import { expectProblem } from '../support/problems.js';
import { refusingInserts } from '../support/refusing-inserts.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const wrong = { status: 401, code: 'invalid_code' };
const taken = { status: 409, code: 'email_taken' };
const unauthenticated = { status: 401, code: 'unauthenticated' };
let stack: Stack;
let mails: MailRoom;
let made = 0;

beforeAll(async () => {
  mails = await MailRoom.start();
  stack = await Stack.start({
    apis: 2,
    env: { ...mails.env, LIMIT_OTP: '100000/60', LIMIT_FORGOT: '100000/60' },
  });
});
afterAll(async () => {
  await stack.stop();
  await mails.stop();
});

const newAddress = () => `new${(made += 1)}@example.net`;
const request = async (client: ApiClient, newEmail: string, password = PASSWORD) =>
  await client.post('/auth/email/change', { newEmail, password });
const confirm = async (client: ApiClient, code: string) =>
  await client.post('/auth/email/change/confirm', { code });
const other = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');
const logInWith = async (identifier: string) =>
  (await stack.client(1).post('/auth/login', { identifier, password: PASSWORD })).status;

/** A learner and their address, of which the mail of sign-up has come; proven unless said otherwise. */
async function member(proven = true): Promise<{ learner: ApiClient; email: string }> {
  const learner = await stack.client().signUp();
  const email = `${learner.user.username}@example.org`;
  const code = await mails.code(email, 1);
  const proof = { email, purpose: 'verify_email', code };
  if (proven) expect((await learner.post('/auth/otp/verify', proof)).status).toBe(204);
  return { learner, email };
}

/** Asks for the address and reads the code that came there. */
async function codeFor(client: ApiClient, address: string, nth = 1): Promise<string> {
  expect((await request(client, address)).status).toBe(202);
  return await mails.code(address, nth);
}

describe('changing the address', () => {
  it('takes the password and the code from the new address, and tells the old one', async () => {
    const { learner, email } = await member();
    const elsewhere = await stack.client(1).logIn(learner.user.username);
    const address = newAddress();
    const code = await codeFor(learner, address);
    expect((await mails.nth(email, 2)).subject).toMatch(/is to get another address/);
    expect((await learner.get('/me')).body).toMatchObject({ email });
    const answer = await confirm(learner.at(stack.url(1)), code);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await learner.get('/me')).body).toMatchObject({ email: address, emailVerified: true });
    expect((await elsewhere.get('/me')).body).toMatchObject({ email: address });
    expect((await mails.nth(email, 3)).subject).toMatch(/has another address now/);
    expect([await logInWith(address), await logInWith(email)]).toEqual([200, 401]);
    const audit = await stack.sql<{ action: string }>(
      `SELECT action FROM audit_log WHERE user_id = $1 AND action LIKE 'email.%' ORDER BY id`,
      [learner.user.userId],
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'email.verified',
      'email.change_requested',
      'email.changed',
    ]);
    expectProblem(await confirm(learner, code), wrong);
    await mails.settled(stack);
    expect([mails.to(email).length, mails.to(address).length]).toEqual([3, 1]);
  });

  it('needs a session and the right password, and an address that is another', async () => {
    const { learner, email } = await member();
    expectProblem(await request(stack.client(), newAddress()), { status: 401, code: 'unauthenticated' });
    expectProblem(await confirm(stack.client(), '123456'), { status: 401, code: 'unauthenticated' });
    const address = newAddress();
    expectProblem(await request(learner, address, 'not my password'), {
      status: 401,
      code: 'invalid_credentials',
    });
    const refused = { status: 400, code: 'validation_failed', paths: ['newEmail'] };
    for (const bad of [email.toUpperCase(), 'nowhere', `${address}\r\nBcc: eve@example.org`])
      expectProblem(await request(learner, bad), refused);
    await mails.settled(stack);
    expect(mails.to(address)).toHaveLength(0);
    expectProblem(await confirm(learner, '123456'), wrong);
  });

  it('ends the other sessions where no address was ever proven', async () => {
    const { learner } = await member(false);
    const squatter = await stack.client(1).logIn(learner.user.username);
    const code = await codeFor(learner, newAddress());
    expect((await confirm(learner, code)).status).toBe(204);
    expectProblem(await squatter.get('/me'), unauthenticated);
    expect((await learner.get('/me')).body).toMatchObject({ emailVerified: true });
  });

  it('leaves nothing that was sent to the old address of use', async () => {
    const { learner, email } = await member();
    await stack.client().post('/auth/password/forgot', { email });
    const token = /token=([\w-]+)/.exec((await mails.nth(email, 2)).text)?.[1];
    await stack.client().post('/auth/otp', { email, purpose: 'login' });
    const otp = await mails.code(email, 3);
    const address = newAddress();
    expect((await confirm(learner, await codeFor(learner, address))).status).toBe(204);
    expectProblem(
      await stack.client().post('/auth/otp/verify', { email, purpose: 'login', code: otp }),
      wrong,
    );
    const reset = { token, newPassword: 'another horse, another battery' };
    expectProblem(await stack.client().post('/auth/password/reset', reset), {
      status: 401,
      code: 'invalid_token',
    });
    expect(await logInWith(address)).toBe(200);
  });
});

describe('the code', () => {
  it('is refused after 200 parallel wrong ones', async () => {
    const { learner, email } = await member();
    const address = newAddress();
    const code = await codeFor(learner, address);
    const guesses = await Promise.all(
      Array.from(
        { length: 200 },
        async (_, i) => await confirm(learner.at(stack.url(i % 2)), other(code, i + 1)),
      ),
    );
    for (const guess of guesses) expectProblem(guess, wrong);
    expectProblem(await confirm(learner, code), wrong);
    expect((await learner.get('/me')).body).toMatchObject({ email });
    await aMinuteLater(stack);
    expect((await confirm(learner, await codeFor(learner, address, 2))).status).toBe(204);
  });

  it('is the account’s that asked, and the newest one', async () => {
    const [{ learner: one }, { learner: two }] = [await member(), await member()];
    const [first, second] = [newAddress(), newAddress()];
    const code = await codeFor(one, first);
    expectProblem(await confirm(two, code), wrong);
    const newest = await codeFor(one, second);
    if (newest !== code) expectProblem(await confirm(one, code), wrong);
    expect((await confirm(one, newest)).status).toBe(204);
    expect((await one.get('/me')).body).toMatchObject({ email: second });
  });

  it('is asked for at most 5 times an hour', async () => {
    const { learner } = await member();
    for (let i = 0; i < 5; i += 1) expect((await request(learner, newAddress())).status).toBe(202);
    const answer = await request(learner, newAddress());
    expectProblem(answer, { status: 429, code: 'rate_limited' });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_000);
  });

  it('comes to who asks again, after PostgreSQL was away in between', async () => {
    const { learner } = await member();
    const address = newAddress();
    const unheard = async () => await request(learner.once, address);
    expect((await refusingInserts(stack, 'outbox', unheard)).status).toBe(503);
    expect((await confirm(learner, await codeFor(learner, address))).status).toBe(204);
  });
});

describe('an address that somebody has', () => {
  it('is answered as any other; only its owner is told', async () => {
    const [{ learner, email }, { email: occupied }] = [await member(), await member()];
    const free = await request(learner, newAddress());
    const answer = await request(learner, occupied);
    expect([answer.status, answer.text]).toEqual([free.status, free.text]);
    const told = await mails.nth(occupied, 2);
    expect(told.subject).toMatch(/wanted to use your address/);
    expect(told.text).not.toMatch(new RegExp(`\\d{6}|${email}|${learner.user.username}`));
    await mails.settled(stack);
    expect(
      mails
        .to(email)
        .map(({ subject }) => subject)
        .slice(1),
    ).toEqual(Array(2).fill('Your RediStack account is to get another address'));
  });

  it('is told of at the end, when somebody signed up with it meanwhile', async () => {
    const { learner, email } = await member();
    const username = `sooner${(made += 1)}`;
    const code = await codeFor(learner, `${username}@example.org`);
    await stack.client().signUp(username);
    expectProblem(await confirm(learner, code), taken);
    expect((await learner.get('/me')).body).toMatchObject({ email });
  });

  it('goes to one of two who are asked at once', async () => {
    const [{ learner: one }, { learner: two }] = [await member(), await member()];
    const address = newAddress();
    const codes = [await codeFor(one, address, 1)];
    await request(two, address);
    await mails.settled(stack);
    expect(mails.to(address)).toHaveLength(1);
    await aMinuteLater(stack);
    codes.push(await codeFor(two, address, 2));
    const answers = await Promise.all([
      confirm(one, codes[0] ?? ''),
      confirm(two.at(stack.url(1)), codes[1] ?? ''),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    const loser = answers.find(({ status }) => status === 409);
    if (loser) expectProblem(loser, taken);
    expect(await stack.sql('SELECT 1 FROM users WHERE email = $1', [address])).toHaveLength(1);
  });
});

describe('what was committed when Redis died', () => {
  const NEW_PASSWORD = 'nineteen amber lanterns';
  const profileOf = async (client: ApiClient) => (await client.get('/me')).body;

  it('shows when Redis is back, and the sessions that it ended are over', async () => {
    const [named, owner, mover] = [await member(), await member(false), await member()];
    const forgetful = await member(false);
    const squatter = await stack.client(1).logIn(owner.learner.user.username);
    const address = newAddress();
    const code = await codeFor(mover.learner, address);
    await stack.client().post('/auth/password/forgot', { email: forgetful.email });
    const token = /token=([\w-]+)/.exec((await mails.nth(forgetful.email, 2)).text)?.[1];
    const proof = { email: owner.email, purpose: 'verify_email', code: await mails.code(owner.email, 1) };
    for (const { learner } of [named, owner, mover, forgetful]) await profileOf(learner);

    await losingRedisAtCommit(
      stack,
      4,
      async () =>
        await Promise.all([
          named.learner.send('PATCH', '/me', { displayName: 'Another' }),
          owner.learner.post('/auth/otp/verify', proof),
          confirm(mover.learner, code),
          stack.client().post('/auth/password/reset', { token, newPassword: NEW_PASSWORD }),
        ]),
    );
    await waitUntil('the worker has done what is left', async () => {
      await stack.sql(`UPDATE outbox SET due_at = now() - interval '10 seconds'
        WHERE id IN (SELECT id FROM outbox FOR UPDATE SKIP LOCKED)`);
      return (await stack.sql('SELECT 1 FROM outbox')).length === 0;
    });
    expect(await profileOf(named.learner)).toMatchObject({ displayName: 'Another' });
    expect(await profileOf(owner.learner)).toMatchObject({ emailVerified: true });
    expect(await profileOf(mover.learner)).toMatchObject({ email: address });
    for (const client of [squatter, forgetful.learner])
      expectProblem(await client.get('/me'), unauthenticated);
    const back = await stack.client().logIn(forgetful.learner.user.username, NEW_PASSWORD);
    expect(await profileOf(back)).toMatchObject({ emailVerified: true });
  });
});
