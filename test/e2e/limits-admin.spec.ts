import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { nextClientMessageId, openDirect } from '../support/chats.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { refusingInserts } from '../support/refusing-inserts.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface LimitsView {
  subject: string;
  data: { name: string; used: number; remaining: number; resetsAt: string | null }[];
}

let stack: Stack;
let admin: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  const env = { TRUST_PROXY: '1', LIMIT_FORGOT: '3/60', LIMIT_MESSAGE: '3/60' };
  stack = await Stack.start({ apis: 1, workers: 1, env });
  admin = await stack.admin();
  quiz = await publishQuiz(admin, trueFalse(1));
});
afterAll(async () => await stack.stop());

const limitsOf = async (subject: string) =>
  await admin.get<LimitsView>(`/admin/limits/${encodeURIComponent(subject)}`);
const forgive = async (subject: string, by = admin) =>
  await by.send('DELETE', `/admin/limits/${encodeURIComponent(subject)}`);
const usedOf = async (subject: string, name: string) =>
  (await limitsOf(subject)).body.data.find((limit) => limit.name === name)?.used;
const forgot = async (email: string, address: string, by = stack.client()) =>
  await by.post('/auth/password/forgot', { email }, { 'x-forwarded-for': address });
/** The worker spends the limits of mails. */
const untilMailsAreDone = async () =>
  await waitUntil('no mail is promised', async () => (await stack.sql('SELECT 1 FROM outbox')).length === 0);

describe('an administrator', () => {
  it('sees every limit of a user, and has them begin anew', async () => {
    const learner = await stack.client().signUp();
    const subject = `user:${learner.user.userId}`;
    const submit = async () => await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz));
    for (let i = 0; i < 5; i += 1) expect((await submit()).status).toBe(202);
    expectProblem(await submit(), { status: 429, code: 'rate_limited' });

    const { body } = await limitsOf(subject.toUpperCase().replace('USER', 'user'));
    expect(body.subject).toBe(subject);
    expect(body.data.map(({ name }) => name).sort()).toEqual([
      'message',
      'notification_mail',
      'submission',
      'user',
    ]);
    const submission = body.data.find(({ name }) => name === 'submission');
    expect(submission).toEqual({
      ...{ name: 'submission', algorithm: 'sliding', limit: 5, windowSec: 60, used: 5, remaining: 0 },
      resetsAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const leftMs = Date.parse(submission?.resetsAt ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(60_000);
    expect(body.data.find(({ name }) => name === 'message')).toMatchObject({
      used: 0,
      remaining: 3,
      resetsAt: null,
    });

    const unheard = await refusingInserts(stack, 'audit_log', async () => await forgive(subject, admin.once));
    expect(unheard.status).toBe(503);
    expect(await usedOf(subject, 'submission')).toBe(5);
    expect((await forgive(subject)).status).toBe(204);
    expect(await usedOf(subject, 'submission')).toBe(0);
    expect((await submit()).status).toBe(202);
    const audit = await admin.get<{ data: object[] }>(`/admin/users/${learner.user.userId}/audit`);
    expect(audit.body.data[0]).toMatchObject({ action: 'limits.forgiven', actorId: admin.user.userId });
  });

  it('does so for an address, which of IPv6 is its /64', async () => {
    const statuses = [];
    for (let host = 1; host <= 4; host += 1) {
      const { status, headers } = await forgot(`host${host}@example.org`, `2001:db8:1:2::${host}`);
      statuses.push(status);
      expect(headers.get('ratelimit-policy')).toBe('"forgot";q=3;w=60');
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"forgot";r=${Math.max(0, 3 - host)};t=\\d+$`));
    }
    expect(statuses).toEqual([202, 202, 202, 429]);
    expect((await forgot('host5@example.org', '2001:db8:1:3::1')).status).toBe(202);
    const { body } = await limitsOf('ip:2001:db8:1:2:ffff::9');
    expect(body.subject).toBe('ip:2001:db8:1:2::/64');
    expect(body.data.map(({ name }) => name).sort()).toEqual([
      ...['anonymous', 'forgot', 'login', 'otp', 'refresh', 'signup'],
    ]);
    expect((await forgive(body.subject)).status).toBe(204);
    expect((await forgot('host6@example.org', '2001:db8:1:2::6')).status).toBe(202);
    const own = await admin.get<{ data: { action: string; details: object }[] }>(
      `/admin/users/${admin.user.userId}/audit`,
    );
    const entry = own.body.data.find(({ action }) => action === 'limits.forgiven');
    expect(entry?.details).toEqual({ kind: 'ip', whom: expect.any(String) });
    expect(JSON.stringify(entry)).not.toContain('db8');
  });

  it('does so for an account, which counts however it is written and wherever it is named', async () => {
    await stack.client().signUp('grace');
    for (let host = 1; host <= 3; host += 1)
      expect((await forgot(' Grace@Example.ORG', `198.51.100.${host}`)).status).toBe(202);
    const subject = 'account:GRACE@example.org';
    await untilMailsAreDone();
    expect(await usedOf(subject, 'forgot_minute')).toBe(1);
    expect((await forgive(subject)).status).toBe(204);
    expect(await usedOf(subject, 'forgot_minute')).toBe(0);
    await forgot('grace@example.org', '198.51.100.4');
    await untilMailsAreDone();
    expect(await usedOf(subject, 'forgot_hour')).toBe(1);
  });

  it('is the only one who may, and must name a subject', async () => {
    const learner = await stack.client().signUp();
    const path = `/admin/limits/user:${learner.user.userId}`;
    for (const method of ['GET', 'DELETE']) {
      expectProblem(await learner.send(method, path), { status: 403, code: 'forbidden' });
      expectProblem(await stack.client().send(method, path), { status: 401, code: 'unauthenticated' });
      for (const wrong of ['user:ada', 'ip:10.0.0', 'account:', 'group:1', 'ada', 'user']) {
        const answer = await admin.send(method, `/admin/limits/${wrong}`);
        expectProblem(answer, { status: 400, code: 'validation_failed' });
        expect(answer.body['errors']).toEqual([expect.objectContaining({ path: 'subject' })]);
      }
    }
  });
});

describe('the limit of messages', () => {
  it('is one over REST and sockets, and stored for no refusal', async () => {
    const [one, other] = [await stack.client().signUp(), await stack.client().signUp()];
    const conversationId = await openDirect(one, other);
    const live = await LiveClient.connect(stack.url(), one);
    const message = () => ({ text: 'hello', clientMessageId: nextClientMessageId() });
    const post = async () => await one.post(`/conversations/${conversationId}/messages`, message());
    const send = async () => await live.send('chat.send', { conversationId, ...message() });
    expect((await post()).headers.get('ratelimit')).toMatch(/^"message";r=2;/);
    expect((await send()).ok).toBe(true);
    expect((await post()).status).toBe(201);
    expect(await send()).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    expectProblem(await post(), { status: 429, code: 'rate_limited' });
    expect(await usedOf(`user:${one.user.userId}`, 'message')).toBe(3);
    live.close();
  });
});

describe('while Redis is away', () => {
  it('what signs in, sends codes or takes submissions is closed, what anyone may read is open', async () => {
    const learner = await stack.client().signUp();
    const anyone = stack.client().once;
    await stack.redisServer.kill();
    const closed = [
      await anyone.post('/auth/login', { identifier: 'ada', password: 'x'.repeat(12) }),
      await anyone.post('/auth/otp', { email: 'ada@example.org', purpose: 'login' }),
      await forgot('ada@example.org', '198.51.100.1', anyone),
      await learner.once.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz)),
    ];
    for (const answer of closed) {
      expect([answer.status, answer.body['code']]).toEqual([503, 'unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await stack.client().get('/leaderboards/global')).status).toBe(200);
  });
});
