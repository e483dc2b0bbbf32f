import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { Algorithm, hash } from '@node-rs/argon2';
import { startMailCatcher, type CaughtMail, type MailCatcher } from '../../tools/lib/mail-catcher.mjs';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { auditOf, failLogIns, sayingOf, tryLogIn } from '../support/log-ins.js';
import { expectProblem } from '../support/problems.js';
import { refusingInserts } from '../support/refusing-inserts.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const PUBLIC_URL = 'https://learn.example.org/app';
const NEW_PASSWORD = 'nineteen amber lanterns';
const LINK = /https:\/\/learn\.example\.org\/app\/reset-password\?token=([\w-]{43})(?=\s|$)/;
const invalid = { status: 401, code: 'invalid_token' };
let catcher: MailCatcher;
let stack: Stack;

beforeAll(async () => {
  catcher = await startMailCatcher();
  const env = { SMTP_URL: catcher.smtpUrl, PUBLIC_URL, LIMIT_FORGOT: '10000/60' };
  stack = await Stack.start({ apis: 2, workers: 1, env });
});
afterAll(async () => {
  await stack.stop();
  await catcher.close();
});
beforeEach(async () => await passMinute());

const emailOf = ({ user }: ApiClient) => `${user.username}@example.org`;
const forgot = async (email: string, node = 0, by = stack.client(node)) =>
  await by.post('/auth/password/forgot', { email });
const reset = async (token: string, newPassword = NEW_PASSWORD, node = 0) =>
  await stack.client(node).post('/auth/password/reset', { token, newPassword });
const change = async (client: ApiClient, currentPassword: string, newPassword = NEW_PASSWORD) =>
  await client.post('/auth/password/change', { currentPassword, newPassword });

const mailsTo = (email: string, subject: RegExp): CaughtMail[] =>
  catcher.messages.filter((mail) => mail.to.includes(email) && subject.test(mail.subject));
const notices = (client: ApiClient) => mailsTo(emailOf(client), /was changed/).length;

/** As if no address had asked within the last minute. */
async function passMinute(): Promise<void> {
  const keys = await stack.redis.keys('rs:{account:*}:sliding:forgot_minute');
  if (keys.length > 0) await stack.redis.del(keys);
}

/** Asks for a link and reads it in the mail. */
async function tokenFor(client: ApiClient): Promise<string> {
  const before = mailsTo(emailOf(client), /new password/).length;
  await passMinute();
  expect((await forgot(emailOf(client))).status).toBe(202);
  await waitUntil('the mail is there', () => mailsTo(emailOf(client), /new password/).length > before);
  return LINK.exec(mailsTo(emailOf(client), /new password/)[0]?.text ?? '')?.[1] ?? '';
}

const liveSessions = async ({ user }: ApiClient): Promise<number> => {
  const [row] = await stack.sql<{ live: number }>(
    'SELECT count(*)::int AS live FROM sessions WHERE user_id = $1 AND ended_at IS NULL',
    [user.userId],
  );
  return row?.live ?? -1;
};

describe('asking for a link', () => {
  it('is answered alike whether or not anybody has the address; only an owner gets a mail, and one', async () => {
    const learner = await stack.client().signUp();
    const known = await forgot(emailOf(learner).toUpperCase());
    const unknown = await forgot('nobody-at-all@example.org');
    expect(sayingOf(unknown)).toBe(sayingOf(known));
    expect([known.status, known.text]).toEqual([202, '']);
    await waitUntil('the mail is there', () => mailsTo(emailOf(learner), /new password/).length > 0);
    await waitUntil('both are done', async () => (await stack.sql('SELECT 1 FROM outbox')).length === 0);
    expect(mailsTo(emailOf(learner), /new password/)).toHaveLength(1);
    expect(mailsTo('nobody-at-all@example.org', /./)).toEqual([]);
  });

  it('sends a mail at most once a minute and five times an hour to an address, and never says so', async () => {
    const learner = await stack.client().signUp();
    for (let minute = 0; minute < 7; minute += 1) {
      for (let again = 0; again < 3; again += 1)
        expect((await forgot(emailOf(learner), again % 2)).status).toBe(202);
      await waitUntil('all are done', async () => (await stack.sql('SELECT 1 FROM outbox')).length === 0);
      await passMinute();
    }
    expect(mailsTo(emailOf(learner), /new password/)).toHaveLength(5);
  });

  it('sends the mail to who asks again, after PostgreSQL was away in between', async () => {
    const learner = await stack.client().signUp();
    const unheard = async () => await forgot(emailOf(learner), 0, stack.client().once);
    expect((await refusingInserts(stack, 'outbox', unheard)).status).toBe(503);
    expect((await forgot(emailOf(learner))).status).toBe(202);
    await waitUntil('the mail is there', () => mailsTo(emailOf(learner), /new password/).length > 0);
  });

  it('has the link lead to PUBLIC_URL, whatever host the request names', async () => {
    const learner = await stack.client().signUp();
    const status = await new Promise((resolve, reject) => {
      const headers = {
        ...{ host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
        'content-type': 'application/json',
      };
      request(`${stack.url()}/api/v1/auth/password/forgot`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end(JSON.stringify({ email: emailOf(learner) }));
    });
    expect(status).toBe(202);
    await waitUntil('the mail is there', () => mailsTo(emailOf(learner), /new password/).length > 0);
    const [mail] = mailsTo(emailOf(learner), /new password/);
    expect(mail?.text).toMatch(LINK);
    expect(mail?.text).not.toContain('evil');
  });

  it.each([{}, { email: 'no address' }, { email: 5 }, { email: 'a@example.org', extra: 1 }])(
    'refuses %j',
    async (body) =>
      expectProblem(await stack.client().post('/auth/password/forgot', body), {
        ...{ status: 400, code: 'validation_failed' },
      }),
  );
});

describe('resetting', () => {
  it('sets the password, ends every session on every node within a second, and signs nobody in', async () => {
    const learner = await stack.client(0).signUp();
    const elsewhere = await stack.client(1).logIn(learner.user.username);
    const sockets = await Promise.all([
      LiveClient.connect(stack.url(0), elsewhere),
      LiveClient.connect(stack.url(1), learner),
    ]);
    await failLogIns(stack, learner.user.username, 6);
    const token = await tokenFor(learner);
    const answer = await reset(token);
    expect([answer.status, answer.text]).toEqual([204, '']);
    for (const socket of sockets) await socket.closed(1_000);
    for (const node of [0, 1])
      for (const client of [learner, elsewhere])
        expect((await client.at(stack.url(node)).get('/me')).status).toBe(401);
    const { refreshToken } = learner.tokens ?? {};
    expect((await stack.client().post('/auth/refresh', { refreshToken })).status).toBe(401);

    expect((await tryLogIn(stack, learner.user.username, { password: NEW_PASSWORD })).status).toBe(200);
    expect((await tryLogIn(stack, learner.user.username)).status).toBe(401);
    await waitUntil('the notice is there', () => notices(learner) === 1);
    expect(mailsTo(emailOf(learner), /was changed/)[0]?.text).not.toMatch(/token|lanterns/);
    expect(await auditOf(stack, learner)).toEqual(
      expect.arrayContaining(['password.reset_requested', 'password.reset', 'email.verified']),
    );
  });

  it('proves the address', async () => {
    const learner = await stack.client().signUp();
    expect((await learner.get('/me')).body['emailVerified']).toBe(false);
    await reset(await tokenFor(learner));
    const back = await stack.client(1).logIn(learner.user.username, NEW_PASSWORD);
    expect((await back.get('/me')).body['emailVerified']).toBe(true);
  });

  it('works once, also when many try at once', async () => {
    const learner = await stack.client().signUp();
    const token = await tokenFor(learner);
    const all = await Promise.all(
      Array.from(
        { length: 10 },
        async (_, index) => await reset(token, `${NEW_PASSWORD} ${index}`, index % 2),
      ),
    );
    expect(all.map((answer) => answer.status).sort()).toEqual([204, ...Array.from({ length: 9 }, () => 401)]);
    expectProblem(await reset(token), invalid);
  });

  it('tells no wrong, old or used token from another', async () => {
    const learner = await stack.client().signUp();
    const [older, old] = [await tokenFor(learner), await tokenFor(learner)];
    expectProblem(await reset(older), invalid);
    await stack.sql(
      `UPDATE password_resets SET expires_at = now() - interval '1 second' WHERE token_hash = $1`,
      [createHash('sha256').update(old).digest('base64url')],
    );
    const spent = await tokenFor(await stack.client().signUp());
    await reset(spent);
    const sayings = [];
    for (const token of [older, old, spent, 'x', 'A'.repeat(43)]) {
      const answer = await reset(token);
      expectProblem(answer, invalid);
      sayings.push(sayingOf(answer));
    }
    expect(new Set(sayings).size).toBe(1);
    expect((await tryLogIn(stack, learner.user.username)).status).toBe(200);
  });

  it('refuses a bad password by name and leaves the link good', async () => {
    const learner = await stack.client().signUp();
    const token = await tokenFor(learner);
    for (const bad of ['short', 'x'.repeat(129), 'passwordpassword', `${learner.user.username}1234`, 5])
      expectProblem(await stack.client().post('/auth/password/reset', { token, newPassword: bad }), {
        ...{ status: 400, code: 'validation_failed', paths: ['newPassword'] },
      });
    expect((await reset(token)).status).toBe(204);
  });

  it('stores no token, only its hash', async () => {
    const learner = await stack.client().signUp();
    const token = await tokenFor(learner);
    const rows = await stack.sql<{ token_hash: string; minutes: number }>(
      `SELECT token_hash, round(extract(epoch FROM expires_at - now()) / 60)::int AS minutes
       FROM password_resets WHERE user_id = $1`,
      [learner.user.userId],
    );
    const tokenHash = createHash('sha256').update(token).digest('base64url');
    expect(rows).toEqual([{ token_hash: tokenHash, minutes: 30 }]);
  });

  it('leaves no session to a log-in with the old password that was under way', async () => {
    const learner = await stack.client().signUp();
    const token = await tokenFor(learner);
    const logIns = Array.from(
      { length: 20 },
      async (_, index) => await tryLogIn(stack, learner.user.username, { node: index % 2 }),
    );
    expect((await reset(token)).status).toBe(204);
    await Promise.all(logIns);
    expect(await liveSessions(learner)).toBe(0);
  });
});

describe('changing', () => {
  it('keeps the session that asks and ends the others, on every node', async () => {
    const learner = await stack.client(0).signUp();
    const other = await stack.client(1).logIn(learner.user.username);
    const live = await LiveClient.connect(stack.url(1), other);
    expect((await change(learner, PASSWORD)).status).toBe(204);
    await live.closed(1_000);
    for (const node of [0, 1]) expect((await other.at(stack.url(node)).get('/me')).status).toBe(401);
    expect((await learner.at(stack.url(1)).get('/me')).status).toBe(200);
    expect((await tryLogIn(stack, learner.user.username)).status).toBe(401);
    expect((await tryLogIn(stack, learner.user.username, { password: NEW_PASSWORD })).status).toBe(200);
    await waitUntil('the notice is there', () => notices(learner) === 1);
    expect(await auditOf(stack, learner)).toContain('password.changed');
  });

  it('kills the links that were mailed before', async () => {
    const learner = await stack.client().signUp();
    const token = await tokenFor(learner);
    expect((await change(learner, PASSWORD)).status).toBe(204);
    expectProblem(await reset(token, 'another one, quite different'), invalid);
  });

  it('counts a wrong current password as a failed log-in', async () => {
    const learner = await stack.client().signUp();
    for (let failure = 0; failure < 5; failure += 1)
      expectProblem(await change(learner, 'not the password'), { status: 401, code: 'invalid_credentials' });
    expectProblem(await change(learner, PASSWORD), { status: 429, code: 'login_locked' });
    expectProblem(await tryLogIn(stack, learner.user.username), { status: 429, code: 'login_locked' });
    expect((await learner.get('/me')).status).toBe(200);
  });

  it('needs a session, and refuses a bad new password by name', async () => {
    const learner = await stack.client().signUp();
    expectProblem(await change(stack.client(), PASSWORD), { status: 401, code: 'unauthenticated' });
    expectProblem(await change(learner, PASSWORD, 'short'), {
      ...{ status: 400, code: 'validation_failed', paths: ['newPassword'] },
    });
    expect((await tryLogIn(stack, learner.user.username)).status).toBe(200);
  });
});

describe('a hash made with less work than is asked today', () => {
  it('is replaced at the next log-in, also when many log in at once', async () => {
    const learner = await stack.client().signUp();
    const old = await hash(PASSWORD, {
      ...{ algorithm: Algorithm.Argon2id, memoryCost: 8_192, timeCost: 1, parallelism: 1 },
    });
    await stack.sql('UPDATE users SET password_hash = $1 WHERE id = $2', [old, learner.user.userId]);
    expect(await failLogIns(stack, learner.user.username, 1)).toEqual([401]);
    const all = await Promise.all(
      [0, 1, 0, 1].map(async (node) => await tryLogIn(stack, learner.user.username, { node })),
    );
    expect(all.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    const [row] = await stack.sql<{ hash: string }>('SELECT password_hash AS hash FROM users WHERE id = $1', [
      learner.user.userId,
    ]);
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await tryLogIn(stack, learner.user.username)).status).toBe(200);
  });
});

describe('the page behind the link', () => {
  it('takes everything from this server and gives the token to nobody', async () => {
    const page = await fetch(`${stack.url()}/reset-password?token=abc`);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(html).not.toMatch(/https?:\/\/|abc|<script>|style=|onclick/);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(parts).toHaveLength(2);
    for (const path of parts) {
      const part = await fetch(new URL(path, `${stack.url()}/reset-password`));
      expect(part.status).toBe(200);
      expect(part.headers.get('content-type')).toMatch(/^text\/(javascript|css)/);
    }
  });
});
