import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, type ApiClient, type Tokens } from '../support/api-client.js';
import { auditOf, failLogIns, passDelays, sayingOf, tryLogIn, WRONG } from '../support/log-ins.js';
import { expectProblem } from '../support/problems.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const locked = { status: 429, code: 'login_locked' };
const LOGINS = 10;
/** Nine wrong passwords, the delay passing after the sixth and each one that follows. */
const EACH_LOCKED_AGAIN = ['401', '401', '401', '401', '401', '429', '401', '401', '401'];
let stack: Stack;

beforeAll(async () => void (stack = await Stack.start({ apis: 2, workers: 0 })));
afterAll(async () => await stack.stop());

const emailOf = ({ user }: ApiClient) => `${user.username}@example.org`;

describe('five failures', () => {
  it('begin a delay of 1 s that doubles with each further one up to 15 minutes, and which a success clears', async () => {
    const { user } = await stack.client().signUp();
    expect(await failLogIns(stack, user.username, 5)).toEqual([401, 401, 401, 401, 401]);
    const delaysSec: number[] = [];
    for (let failure = 5; failure <= 17; failure += 1) {
      const refused = await tryLogIn(stack, user.username);
      expectProblem(refused, locked);
      delaysSec.push(Number(refused.headers.get('retry-after')));
      await passDelays(stack);
      expect(await failLogIns(stack, user.username, 1)).toEqual([401]);
    }
    expect(delaysSec).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    await passDelays(stack);
    expect((await tryLogIn(stack, user.username)).status).toBe(200);
    expect(await failLogIns(stack, user.username, 6)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('count by account: by name or address, on whichever node; the delay passes by itself', async () => {
    const learner = await stack.client().signUp();
    await failLogIns(stack, learner.user.username, 2, { node: 1 });
    await failLogIns(stack, emailOf(learner).toUpperCase(), 3);
    for (const identifier of [learner.user.username, emailOf(learner)])
      expectProblem(await tryLogIn(stack, identifier, { node: 1 }), locked);
    await waitUntil(
      'the delay is over',
      async () => (await tryLogIn(stack, learner.user.username)).status === 200,
      3_000,
    );
  });

  it('are told of a name that nobody has in the very same words', async () => {
    const { user } = await stack.client().signUp();
    for (const [known, unknown] of [
      [user.username, 'nobody_has_this'],
      [`${user.username}@example.org`, 'nobody-has-this@example.org'],
    ] as const) {
      await stack.redis.flushall();
      const heard = { known: [] as string[], unknown: [] as string[] };
      for (let attempt = 0; attempt < 9; attempt += 1) {
        heard.known.push(sayingOf(await tryLogIn(stack, known, { password: WRONG })));
        heard.unknown.push(sayingOf(await tryLogIn(stack, unknown, { password: WRONG })));
        if (attempt >= 5) await passDelays(stack);
      }
      expect(heard.unknown).toEqual(heard.known);
      expect(heard.known.map((saying) => saying.slice(0, 3))).toEqual(EACH_LOCKED_AGAIN);
    }
  });

  it('are five, however many come at once, on two nodes', async () => {
    const { user } = await stack.client().signUp();
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from(
        { length: 200 },
        async (_, index) => await tryLogIn(stack, user.username, { password: WRONG, node: index % 2 }),
      ),
    );
    const delaysPassed = Math.floor((performance.now() - startedAt) / 1_000);
    const checked = answers.filter((answer) => answer.status === 401).length;
    expect(checked).toBeGreaterThanOrEqual(5);
    expect(checked).toBeLessThanOrEqual(5 + delaysPassed);
    // Whoever waits for two seconds, on a machine that is busy otherwise, is told to come again.
    const others = answers.filter((answer) => answer.status !== 401).map((answer) => answer.body.code);
    for (const code of others) expect(['login_locked', 'unavailable']).toContain(code);
    expect(others).toContain('login_locked');
  });

  it('are not what many right passwords at once look like', async () => {
    const { user } = await stack.client().signUp();
    const answers = await Promise.all(
      Array.from(
        { length: 25 },
        async (_, index) => await tryLogIn(stack, user.username, { node: index % 2 }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  });

  it('are forgotten a day after the last', async () => {
    await stack.redis.flushall();
    await failLogIns(stack, 'nobody_at_all', 1);
    const [key = ''] = await stack.redis.keys('rs:{login:*}:attempts');
    const leftSec = await stack.redis.ttl(key);
    expect(leftSec).toBeGreaterThan(86_300);
    expect(leftSec).toBeLessThanOrEqual(86_400);
    expect(key).not.toContain('nobody_at_all');
  });

  it('are written into the audit log once a delay, not once an attempt', async () => {
    const learner = await stack.client().signUp();
    await failLogIns(stack, learner.user.username, 12);
    const locks = async () =>
      (await auditOf(stack, learner)).filter((action) => action === 'login.locked').length;
    await waitUntil('the lock is written down', async () => (await locks()) > 0);
    expect(await locks()).toBe(1);
    await passDelays(stack);
    await failLogIns(stack, learner.user.username, 3);
    await waitUntil('the next lock is written down', async () => (await locks()) === 2);
  });
});

describe('a device that has signed in before', () => {
  it('is counted apart, so that no stranger can lock its owner out', async () => {
    const signedUp = await stack
      .client()
      .post<Tokens>('/auth/signup', { email: 'owner@example.org', username: 'owner', password: PASSWORD });
    const deviceToken = signedUp.headers.get('x-device-token');
    await failLogIns(stack, 'owner', 6);
    expectProblem(await tryLogIn(stack, 'owner'), locked);
    const mine = await tryLogIn(stack, 'owner', { deviceToken });
    expect(mine.status).toBe(200);
    // Not the way for strangers to have their failures forgotten.
    expectProblem(await tryLogIn(stack, 'owner@example.org'), locked);
    expect(mine.headers.get('x-device-token')?.split('.')[0]).toBe(deviceToken?.split('.')[0]);
  });

  it('has five failures of its own', async () => {
    const { user } = await stack.client().signUp();
    const first = await tryLogIn(stack, user.username);
    const deviceToken = first.headers.get('x-device-token');
    const other = await tryLogIn(stack, user.username);
    expect(await failLogIns(stack, user.username, 6, { deviceToken })).toEqual([
      401, 401, 401, 401, 401, 429,
    ]);
    expect((await tryLogIn(stack, user.username)).status).toBe(200);
    const otherToken = other.headers.get('x-device-token');
    expect((await tryLogIn(stack, user.username, { deviceToken: otherToken })).status).toBe(200);
    expectProblem(await tryLogIn(stack, user.username, { deviceToken }), locked);
  });

  it('is known by no token of another account, and by none made up', async () => {
    const [victim, attacker] = [await stack.client().signUp(), await stack.client().signUp()];
    const good = (await tryLogIn(stack, victim.user.username)).headers.get('x-device-token') ?? '';
    const others = (await tryLogIn(stack, attacker.user.username)).headers.get('x-device-token') ?? '';
    const [device = '', day = '', mac = ''] = good.split('.');
    await failLogIns(stack, victim.user.username, 5);
    for (const deviceToken of [
      ...[others, 'x', `${device}.${day}`, `${device}.${Number(day) + 1}.${mac}`],
      ...[`${'A'.repeat(22)}.${day}.${mac}`, `${device}.${day}.${'A'.repeat(43)}`],
    ])
      expectProblem(await tryLogIn(stack, victim.user.username, { deviceToken }), locked);
    expect((await tryLogIn(stack, victim.user.username, { deviceToken: good })).status).toBe(200);
  });

  it('gets its token where browsers let it be read', async () => {
    const answer = await tryLogIn(stack, (await stack.client().signUp()).user.username);
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-Device-Token');
  });
});

describe('answers with tokens', () => {
  it('are kept by no cache', async () => {
    const learner = await stack.client().signUp();
    const { refreshToken } = learner.tokens ?? {};
    for (const answer of [
      await tryLogIn(stack, learner.user.username),
      await stack.client().post('/auth/refresh', { refreshToken }),
      await stack
        .client()
        .post('/auth/signup', { email: 'c@example.org', username: 'ccc', password: PASSWORD }),
    ]) {
      expect([200, 201]).toContain(answer.status);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('a class of 40', () => {
  it('signs up and logs in together, from one address', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `class_${index}`);
    const signUp = async (username: string) =>
      await stack
        .client()
        .once.post('/auth/signup', { username, email: `${username}@example.org`, password: PASSWORD });
    const first = await Promise.all(names.map(async (name) => await signUp(name)));
    // No limit holds them up. A busy machine may ask some to come again, which then have an account.
    expect(first.map(({ status }) => status).filter((status) => status !== 201 && status !== 503)).toEqual(
      [],
    );
    const asked = names.filter((_name, index) => first[index]?.status === 503);
    await Promise.all(asked.map(async (name) => await stack.client().signUp(name)));
    const back = await Promise.all(names.map(async (name) => await tryLogIn(stack, name)));
    expect(new Set(back.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe('addresses', () => {
  it('are not what X-Forwarded-For makes up: a hundred of them are still one client', async () => {
    await stack.apis[1]?.kill();
    stack.startApi(1, { LIMIT_LOGIN: `${LOGINS}/60` });
    await stack.untilReady(1);
    await stack.redis.flushall();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const forwarded = { 'x-forwarded-for': `203.0.113.${index}, 198.51.100.${index}` };
        const body = { identifier: `nobody_${index}`, password: WRONG };
        return await stack
          .client(1)
          .once.post('/auth/login', body, { ...forwarded, 'x-real-ip': `10.0.0.${index}` });
      }),
    );
    const codes = answers.map((answer) => answer.body['code']);
    expect(codes.filter((code) => code === 'invalid_credentials' || code === 'unavailable')).toHaveLength(
      LOGINS,
    );
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(100 - LOGINS);
  });
});
