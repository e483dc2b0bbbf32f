import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MfaTickets } from '../../src/auth/mfa/mfa-tickets.service.js';
import { Secrets } from '../../src/config/secrets.js';
import { keys } from '../../src/redis/keys.js';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import {
  asIfLater,
  codeOf,
  early,
  type Enrolment,
  type MfaRequired,
  type Verified,
  withSecondFactor,
  wrongCode,
} from '../support/authenticator.js';
import { MailRoom } from '../support/mail-room.js';
import { expectNoLeak, expectProblem } from '../support/problems.js';
import { testConfig } from '../support/redis.js';
import { Stack } from '../support/stack.js';

const wrong = { status: 401, code: 'invalid_code' };
const badTicket = { status: 401, code: 'invalid_token' };
const locked = { status: 429, code: 'login_locked' };
let stack: Stack;
let mails: MailRoom;

beforeAll(async () => {
  mails = await MailRoom.start();
  stack = await Stack.start({ apis: 2, env: { ...mails.env, LIMIT_OTP: '100000/60' } });
});
afterAll(async () => {
  await stack.stop();
  await mails.stop();
});

const logIn = async ({ user }: ApiClient, node = 0) =>
  await stack
    .client(node)
    .post<MfaRequired>('/auth/login', { identifier: user.username, password: PASSWORD });
const ticketFor = async (client: ApiClient): Promise<string> => (await logIn(client)).body.ticket;
const verify = async (ticket: string, code: string, node = 0): Promise<Verified> =>
  await stack.client(node).post('/auth/mfa/verify', { ticket, code });
const statuses = (answers: Verified[]) =>
  answers.map(({ status, body }) => (status === 200 ? 'ok' : body.code));
const count = (answers: Verified[], of: string) => statuses(answers).filter((status) => status === of).length;
const audit = async ({ user }: ApiClient, action: string) =>
  await stack.sql('SELECT 1 FROM audit_log WHERE user_id = $1 AND action = $2', [user.userId, action]);

describe('switching the second factor on', () => {
  it('shows a secret and a URI, and asks for nothing before a first code has confirmed it', async () => {
    const learner = await stack.client().signUp();
    expectProblem(await learner.post('/auth/mfa/totp/confirm', { code: '123456' }), {
      ...{ status: 404, code: 'not_found' },
    });
    const first = await learner.post<{ secret: string }>('/auth/mfa/totp');
    expect(first.status).toBe(201);
    expect(first.headers.get('cache-control')).toBe('no-store');
    const second = (await learner.post<{ secret: string; uri: string }>('/auth/mfa/totp', {})).body;
    expect(second).toEqual({ secret: expect.stringMatching(/^[A-Z2-7]{32}$/), uri: expect.any(String) });
    expect(second.uri).toMatch(/^otpauth:\/\/totp\/RediStack:learner\w+\?/);
    expect(new URL(second.uri).searchParams.get('secret')).toBe(second.secret);
    expect((await logIn(learner)).status).toBe(200);
    const confirm = async (code: string) => await learner.post('/auth/mfa/totp/confirm', { code });
    expectProblem(await confirm(codeOf(first.body.secret)), wrong);
    expectProblem(await confirm(wrongCode(second.secret)), wrong);
    const confirmed = await confirm(codeOf(second.secret));
    const ten = expect.stringMatching(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    expect(confirmed.body).toEqual({ recoveryCodes: Array.from({ length: 10 }, () => ten) });
    expect([confirmed.status, confirmed.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect((await logIn(learner)).status).toBe(401);
    const forbidden = { status: 403, code: 'forbidden' };
    expectProblem(await learner.post('/auth/mfa/totp'), forbidden);
    expectProblem(await confirm(codeOf(second.secret, 1)), forbidden);
    expect((await learner.get('/me')).status).toBe(200);
  });

  it('keeps neither secret nor recovery codes where they could be read', async () => {
    const { client, secret, recoveryCodes } = await withSecondFactor(stack);
    const rows = await stack.sql(
      `SELECT u.totp_secret, r.code_hash FROM users u JOIN recovery_codes r ON r.user_id = u.id WHERE u.id = $1`,
      [client.user.userId],
    );
    expect(rows).toHaveLength(10);
    const stored = JSON.stringify(rows);
    for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))])
      expect(stored).not.toContain(text);
  });

  it('gives one set of recovery codes to confirmations side by side', async () => {
    const learner = await stack.client().signUp();
    const { secret } = (await learner.post<{ secret: string }>('/auth/mfa/totp')).body;
    const code = codeOf(secret);
    const answers = await Promise.all(
      [0, 1, 0, 1, 0, 1].map((node) => learner.at(stack.url(node)).post('/auth/mfa/totp/confirm', { code })),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const codes = answers.flatMap(({ body }) => (body['recoveryCodes'] as string[] | undefined) ?? []);
    expect((await verify(await ticketFor(learner), codes[0] ?? '')).status).toBe(200);
  });

  it('asks a session that has been open for long for the password', async () => {
    const learner = await stack.client().signUp();
    await stack.sql(`UPDATE sessions SET created_at = created_at - interval '16 minutes' WHERE id = $1`, [
      learner.tokens?.session.id,
    ]);
    const refused = { status: 401, code: 'invalid_credentials' };
    expectProblem(await learner.post('/auth/mfa/totp'), refused);
    expectProblem(await learner.post('/auth/mfa/totp', { password: 'not my own password' }), refused);
    expect((await learner.post('/auth/mfa/totp', { password: PASSWORD })).status).toBe(201);
  });
});

describe('logging in with it on', () => {
  it('answers mfa_required with a ticket, which a code turns into a session', async () => {
    const { client, secret } = await withSecondFactor(stack);
    const refused = await logIn(client, 1);
    expectNoLeak(refused);
    expect(refused.status).toBe(401);
    const { ticket, ...problem } = refused.body;
    expect(problem).toMatchObject({ code: 'mfa_required', type: 'urn:redistack:problem:mfa_required' });
    expect(ticket).toMatch(/^[\w-]{100,1024}$/);
    const verified = await verify(ticket, codeOf(secret));
    expect([verified.status, verified.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(verified.body.user).toMatchObject({ userId: client.user.userId });
    const session = stack.client(1);
    session.tokens = verified.body;
    expect((await session.get('/me')).status).toBe(200);
    const { refreshToken } = verified.body;
    expect((await stack.client(1).post('/auth/refresh', { refreshToken })).status).toBe(200);
  });

  it('asks nobody whose password is wrong', async () => {
    const { client } = await withSecondFactor(stack);
    const body = { identifier: client.user.username, password: 'not my own password' };
    expectProblem(await stack.client().post('/auth/login', body), {
      status: 401,
      code: 'invalid_credentials',
    });
  });

  it('asks whoever logs in by a code from their mail, too', async () => {
    const { client, secret } = await withSecondFactor(stack);
    const email = `${client.user.username}@example.org`;
    await mails.nth(email, 2); // of sign-up and of the second factor
    await stack.client().post('/auth/otp', { email, purpose: 'login' });
    const body = { email, purpose: 'login', code: await mails.code(email, 3) };
    const refused = await stack.client(1).post<MfaRequired>('/auth/otp/verify', body);
    expect([refused.status, refused.body.code]).toEqual([401, 'mfa_required']);
    expect((await verify(refused.body.ticket, codeOf(secret))).status).toBe(200);
    expectProblem(await verify(refused.body.ticket, codeOf(secret, 1)), badTicket);
  });

  it('takes codes one step early and late, no further, and none older than the last', async () => {
    const { client, secret } = await withSecondFactor(stack);
    await early();
    const outcome = async (drift: number) =>
      (await verify(await ticketFor(client), codeOf(secret, drift))).status;
    const outcomes: number[] = [];
    for (const drift of [-2, 2, -1, 0, 1, 0, -1, 1]) outcomes.push(await outcome(drift));
    expect(outcomes).toEqual([401, 401, 200, 200, 200, 401, 401, 401]);
  });

  it('takes a code as people type it', async () => {
    const { client, secret, recoveryCodes } = await withSecondFactor(stack);
    const code = codeOf(secret);
    expect((await verify(await ticketFor(client), `${code.slice(0, 3)} ${code.slice(3)} `)).status).toBe(200);
    const typed = (recoveryCodes[0] ?? '').toLowerCase().replaceAll('-', ' ');
    expect((await verify(await ticketFor(client), typed)).status).toBe(200);
  });
});

describe('a code', () => {
  it('lets one in when 20 send it at once, each with a ticket, over two nodes', async () => {
    const { client, secret } = await withSecondFactor(stack);
    const tickets: string[] = [];
    while (tickets.length < 20) tickets.push(await ticketFor(client));
    await early();
    const code = codeOf(secret);
    const answers = await Promise.all(tickets.map((ticket, i) => verify(ticket, code, i % 2)));
    expect(count(answers, 'ok')).toBe(1);
    // Ten were compared, with the same right code; the others came above the hour's bound.
    expect(count(answers, 'invalid_code')).toBeGreaterThanOrEqual(9);
    expect(count(answers, 'invalid_code') + count(answers, 'login_locked')).toBe(19);
  });

  it('lets one in when 20 send it at once with the same ticket', async () => {
    const { client, secret } = await withSecondFactor(stack);
    const ticket = await ticketFor(client);
    await early();
    const code = codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => verify(ticket, code, i % 2)));
    expect(count(answers, 'ok')).toBe(1);
    expect(count(answers, 'invalid_code') + count(answers, 'invalid_token')).toBe(19);
  });

  it('is spent at confirmation, too', async () => {
    const learner = await stack.client().signUp();
    const { secret } = (await learner.post<{ secret: string }>('/auth/mfa/totp')).body;
    await early();
    const code = codeOf(secret);
    await learner.post('/auth/mfa/totp/confirm', { code });
    expectProblem(await verify(await ticketFor(learner), code), wrong);
    expect((await verify(await ticketFor(learner), codeOf(secret, 1))).status).toBe(200);
  });

  it('of somebody else is wrong', async () => {
    const [mine, other] = [await withSecondFactor(stack), await withSecondFactor(stack)];
    expectProblem(await verify(await ticketFor(mine.client), codeOf(other.secret)), wrong);
    expectProblem(await verify(await ticketFor(mine.client), other.recoveryCodes[0] ?? ''), wrong);
  });
});

describe('a recovery code', () => {
  it('is good once, alone or when many send it at once, and is written down', async () => {
    const { client, recoveryCodes } = await withSecondFactor(stack);
    const [first = '', second = ''] = recoveryCodes;
    expect((await verify(await ticketFor(client), first)).status).toBe(200);
    expectProblem(await verify(await ticketFor(client), first, 1), wrong);
    const tickets = [await ticketFor(client), await ticketFor(client), await ticketFor(client)];
    const answers = await Promise.all(
      [...tickets, ...tickets].map((ticket, i) => verify(ticket, second, i % 2)),
    );
    expect(count(answers, 'ok')).toBe(1);
    expect(await audit(client, 'mfa.recovery_used')).toHaveLength(2);
    expect((await verify(await ticketFor(client), recoveryCodes[2] ?? '')).status).toBe(200);
  });
});

describe('guessing', () => {
  it('ends with the fifth wrong code of a ticket: the right one comes too late', async () => {
    const { client, secret } = await withSecondFactor(stack);
    const ticket = await ticketFor(client);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => verify(ticket, wrongCode(secret, i * 7919), i % 2)),
    );
    expect(count(answers, 'invalid_code')).toBe(5);
    expect(count(answers, 'invalid_token')).toBe(25);
    expectProblem(await verify(ticket, codeOf(secret)), badTicket);
    expect((await verify(await ticketFor(client), codeOf(secret))).status).toBe(200);
  });

  it('ends with the tenth wrong code of a user within any hour, whatever the tickets', async () => {
    const { client, secret, recoveryCodes } = await withSecondFactor(stack);
    const tickets: string[] = [];
    while (tickets.length < 10) tickets.push(await ticketFor(client));
    const guesses = Array.from({ length: 200 }, (_, i) =>
      verify(tickets[i % 10] ?? '', wrongCode(secret, i * 4001), i % 2),
    );
    expect(count(await Promise.all(guesses), 'invalid_code')).toBe(10);
    for (const code of [codeOf(secret), recoveryCodes[0] ?? '']) {
      const late = await verify(await ticketFor(client), code);
      expectProblem(late, locked);
      expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(3_500);
      expect(Number(late.headers.get('retry-after'))).toBeLessThanOrEqual(3_600);
    }
    expect(await audit(client, 'login.locked')).toHaveLength(1);
    await oldestTryLeaves(client);
    expect((await verify(await ticketFor(client), codeOf(secret))).status).toBe(200);
    expectProblem(await verify(await ticketFor(client), wrongCode(secret)), wrong);
    expectProblem(await verify(await ticketFor(client), codeOf(secret, 1)), locked);
  });

  it('of one user costs no other', async () => {
    const [victim, other] = [await withSecondFactor(stack), await withSecondFactor(stack)];
    for (let i = 0; i < 11; i += 1) await verify(await ticketFor(victim.client), wrongCode(victim.secret, i));
    expectProblem(await verify(await ticketFor(victim.client), codeOf(victim.secret)), locked);
    expect((await verify(await ticketFor(other.client), codeOf(other.secret))).status).toBe(200);
  });

  it('does not count codes that were right', async () => {
    const { client, secret } = await withSecondFactor(stack);
    for (let i = 0; i < 12; i += 1) {
      await asIfLater(stack, client);
      expect((await verify(await ticketFor(client), codeOf(secret))).status).toBe(200);
    }
  });

  /** As if an hour had passed since the first wrong code. */
  async function oldestTryLeaves({ user }: ApiClient): Promise<void> {
    const key = keys.auth.mfaTries(user.userId, 'log-in');
    const [oldest = ''] = await stack.redis.zrange(key, 0, '0');
    await stack.redis.zadd(key, Date.now() - 3_600_000, oldest);
  }
});

describe('a ticket', () => {
  const issuer = () => new MfaTickets(new Secrets(testConfig().secrets));
  /** A ticket of the server's own making, so many seconds old. */
  async function ticketOfAge({ user }: ApiClient, ageSec: number): Promise<string> {
    const [row] = await stack.sql<{ hash: string }>('SELECT password_hash AS hash FROM users WHERE id = $1', [
      user.userId,
    ]);
    return issuer().issue({
      ...{ userId: user.userId, username: user.username, passwordHash: row?.hash ?? '' },
      ...{ sealedSecret: null, confirmedAt: null, atSec: Date.now() / 1000 - ageSec },
    });
  }

  it('is good for five minutes', async () => {
    const { client, secret } = await withSecondFactor(stack);
    expectProblem(await verify(await ticketOfAge(client, 301), codeOf(secret)), badTicket);
    expect((await verify(await ticketOfAge(client, 290), codeOf(secret))).status).toBe(200);
  });

  it('is good once, even for two good codes at the same time', async () => {
    const { client, secret, recoveryCodes } = await withSecondFactor(stack);
    const ticket = await ticketFor(client);
    const answers = await Promise.all([
      verify(ticket, codeOf(secret)),
      verify(ticket, recoveryCodes[0] ?? '', 1),
    ]);
    expect(statuses(answers).sort()).toEqual(['invalid_token', 'ok']);
    expectProblem(await verify(ticket, recoveryCodes[1] ?? ''), badTicket);
    expect((await verify(await ticketFor(client), recoveryCodes[1] ?? '')).status).toBe(200);
  });

  it('that was changed or is none is refused', async () => {
    const { client, secret } = await withSecondFactor(stack);
    const ticket = await ticketFor(client);
    const flipped = `${ticket.slice(0, 60)}${ticket[60] === 'A' ? 'B' : 'A'}${ticket.slice(61)}`;
    for (const bad of [flipped, ticket.slice(1), 'a', client.tokens?.accessToken ?? ''])
      expectProblem(await verify(bad, codeOf(secret)), badTicket);
    for (const body of [
      {},
      { ticket },
      { ticket, code: '' },
      { ticket, code: 5 },
      { ticket: 'x'.repeat(1025) },
    ])
      expectProblem(await stack.client().post('/auth/mfa/verify', body), {
        ...{ status: 400, code: 'validation_failed' },
      });
    expect((await verify(ticket, codeOf(secret))).status).toBe(200);
  });

  it('dies with the password it was got by, and with the second factor', async () => {
    const { client, secret, recoveryCodes } = await withSecondFactor(stack);
    const [first, second] = [await ticketFor(client), await ticketFor(client)];
    expect((await verify(first, recoveryCodes[0] ?? '')).status).toBe(200);
    await stack.sql(`UPDATE users SET password_hash = password_hash || ' ' WHERE id = $1`, [
      client.user.userId,
    ]);
    expectProblem(await verify(second, codeOf(secret)), badTicket);
    const other = await withSecondFactor(stack);
    const ticket = await ticketFor(other.client);
    await other.client.send('DELETE', '/auth/mfa/totp', { password: PASSWORD });
    expectProblem(await verify(ticket, codeOf(other.secret)), badTicket);
  });
});

describe('a Redis that lost everything', () => {
  it('lets no code in twice, and still no log-in past its second factor', async () => {
    const { client, secret, recoveryCodes } = await withSecondFactor(stack);
    await early();
    const [used, open, late] = [await ticketFor(client), await ticketFor(client), await ticketFor(client)];
    const [code, recovery = ''] = [codeOf(secret), recoveryCodes[0]];
    expect((await verify(used, code)).status).toBe(200);
    expect((await verify(open, recovery)).status).toBe(200);
    await stack.redis.flushall();
    for (const ticket of [used, open, late])
      for (const spent of [code, recovery]) expectProblem(await verify(ticket, spent), wrong);
    expectProblem(await verify(late, wrongCode(secret)), wrong);
    expect((await logIn(client)).body.code).toBe('mfa_required');
    expect((await verify(late, codeOf(secret, 1))).status).toBe(200);
    expectProblem(await verify(late, recoveryCodes[1] ?? ''), badTicket);
  });
});

describe('switching it off', () => {
  const disable = async ({ client }: Enrolment, body: object) =>
    await client.send('DELETE', '/auth/mfa/totp', body);

  it('takes the password, a code or a recovery code, and nothing less', async () => {
    const one = await withSecondFactor(stack);
    expectProblem(await disable(one, {}), { status: 400, code: 'validation_failed', paths: ['code'] });
    expectProblem(await disable(one, { code: wrongCode(one.secret) }), wrong);
    expectProblem(await disable(one, { password: 'not my own password' }), {
      ...{ status: 401, code: 'invalid_credentials' },
    });
    expect((await logIn(one.client)).body.code).toBe('mfa_required');
    const proofs = [
      () => ({ password: PASSWORD }),
      ({ secret }: Enrolment) => ({ code: codeOf(secret) }),
      ({ recoveryCodes }: Enrolment) => ({ code: recoveryCodes[0] }),
    ];
    for (const proof of proofs) {
      const enrolled = await withSecondFactor(stack);
      expect((await disable(enrolled, proof(enrolled))).status).toBe(204);
      expect((await logIn(enrolled.client)).status).toBe(200);
      expectProblem(await disable(enrolled, { password: PASSWORD }), { status: 404, code: 'not_found' });
      const { userId } = enrolled.client.user;
      expect(await stack.sql('SELECT 1 FROM recovery_codes WHERE user_id = $1', [userId])).toEqual([]);
      for (const action of ['mfa.enrolled', 'mfa.confirmed', 'mfa.disabled'])
        expect(await audit(enrolled.client, action)).toHaveLength(1);
    }
  });

  it('and on again gives another secret and other recovery codes', async () => {
    const before = await withSecondFactor(stack);
    await disable(before, { password: PASSWORD });
    const after = await withSecondFactor(stack, before.client);
    expect(after.secret).not.toBe(before.secret);
    expectProblem(await verify(await ticketFor(after.client), before.recoveryCodes[0] ?? ''), wrong);
    expectProblem(await verify(await ticketFor(after.client), codeOf(before.secret)), wrong);
    expect((await verify(await ticketFor(after.client), codeOf(after.secret))).status).toBe(200);
  });

  it('bounds guesses of a session, at no cost to log-in', async () => {
    const enrolled = await withSecondFactor(stack);
    const guesses = Array.from({ length: 30 }, (_, i) =>
      disable(enrolled, { code: wrongCode(enrolled.secret, i) }),
    );
    const refusals = (await Promise.all(guesses)).map(({ body }) => body['code']);
    expect(refusals.filter((code) => code === 'invalid_code')).toHaveLength(10);
    expect(refusals.filter((code) => code === 'login_locked')).toHaveLength(20);
    expectProblem(await disable(enrolled, { code: enrolled.recoveryCodes[0] }), locked);
    expect((await verify(await ticketFor(enrolled.client), codeOf(enrolled.secret))).status).toBe(200);
    expect((await disable(enrolled, { password: PASSWORD })).status).toBe(204);
  });
});

describe('the owner', () => {
  it('is told by mail, once each, when it is switched on and off', async () => {
    const { client } = await withSecondFactor(stack);
    await client.send('DELETE', '/auth/mfa/totp', { password: PASSWORD });
    await mails.settled(stack);
    const notices = mails
      .to(`${client.user.username}@example.org`)
      .filter((mail) => /Two-step/.test(mail.subject));
    expect(notices.map(({ subject }) => subject).sort()).toEqual([
      'Two-step sign-in is off',
      'Two-step sign-in is on',
    ]);
    for (const { text, html } of notices) {
      expect(text).toMatch(new RegExp(`Hello ${client.user.username},[^]*if it was not you`, 'i'));
      expect(html).toContain('switched o');
    }
  });

  it('keeps it through a new password', async () => {
    const { client, secret } = await withSecondFactor(stack);
    const newPassword = 'nineteen amber lanterns';
    await client.post('/auth/password/change', { currentPassword: PASSWORD, newPassword });
    const body = { identifier: client.user.username, password: newPassword };
    const refused = await stack.client().post<MfaRequired>('/auth/login', body);
    expect(refused.body.code).toBe('mfa_required');
    expect((await verify(refused.body.ticket, codeOf(secret))).status).toBe(200);
  });
});

describe('a JWT_SECRET that was replaced', () => {
  it('still opens what the one before it sealed, and seals anew what is used', async () => {
    const { client, secret, recoveryCodes } = await withSecondFactor(stack);
    const ticket = await ticketFor(client);
    const [old, next] = [
      'a secret that only tests may ever know',
      'the secret that takes the place of the other',
    ];
    const restart = async (secrets: string) => {
      await stack.apis[1]?.kill();
      stack.startApi(1, { JWT_SECRET: secrets });
      await stack.untilReady(1);
    };
    await restart(`${next},${old}`);
    expect((await verify(ticket, codeOf(secret), 1)).status).toBe(200);
    expect((await verify((await logIn(client, 1)).body.ticket, recoveryCodes[0] ?? '', 1)).status).toBe(200);
    await restart(next);
    await asIfLater(stack, client);
    expect((await verify((await logIn(client, 1)).body.ticket, codeOf(secret), 1)).status).toBe(200);
    await restart(old);
  });
});
