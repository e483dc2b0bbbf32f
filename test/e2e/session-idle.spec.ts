import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const IDLE_SEC = 2;
const expired = { status: 401, code: 'session_expired' };
const unauthenticated = { status: 401, code: 'unauthenticated' };
let stack: Stack;

beforeAll(async () => {
  const env = { SESSION_IDLE_TTL_SEC: String(IDLE_SEC), ACCESS_TOKEN_TTL_SEC: '60' };
  stack = await Stack.start({ apis: 2, workers: 0, env });
});
afterAll(async () => await stack.stop());

const hashOf = ({ user, tokens }: ApiClient) => keys.auth.session(user.userId, tokens?.session.id ?? '');
const untilIdle = async (client: ApiClient) =>
  await waitUntil('the session is idle', async () => (await stack.redis.exists(hashOf(client))) === 0);

describe('a session that is not used', () => {
  it('lives on while requests come, on whatever node, and ends when none has come for the idle time', async () => {
    const learner = await stack.client(0).signUp();
    const endsAt = Date.now() + 2 * IDLE_SEC * 1_000;
    let node = 0;
    await waitUntil('two idle times have passed', async () => {
      const answer = await learner.at(stack.url((node += 1) % 2)).get('/me');
      expect(answer.status).toBe(200);
      return Date.now() > endsAt;
    });
    await untilIdle(learner);
    expectProblem(await learner.get('/me'), unauthenticated);
    expectProblem(await learner.at(stack.url(1)).get('/me'), unauthenticated);
  });

  it('cannot be refreshed once its access token has run out, too', async () => {
    const learner = await stack.client(0).signUp();
    await untilIdle(learner);
    await stack.sql(
      'UPDATE sessions SET refreshed_at = refreshed_at - make_interval(secs => $2) WHERE id = $1',
      [...[learner.tokens?.session.id, 60 + IDLE_SEC]],
    );
    const { refreshToken } = learner.tokens ?? {};
    expectProblem(await stack.client(1).post('/auth/refresh', { refreshToken }), expired);
  });

  it('ends for good at its absolute end, however busy', async () => {
    const learner = await stack.client(0).signUp();
    await stack.sql('UPDATE sessions SET expires_at = now() WHERE id = $1', [learner.tokens?.session.id]);
    await stack.redis.hset(hashOf(learner), 'expiresAt', Date.now() - 1);
    expectProblem(await learner.get('/me'), unauthenticated);
    const { refreshToken } = learner.tokens ?? {};
    expectProblem(await stack.client(1).post('/auth/refresh', { refreshToken }), expired);
  });

  it('does not let a socket in any more', async () => {
    const learner = await stack.client(0).signUp();
    const live = await LiveClient.connect(stack.url(1), learner);
    live.close();
    await untilIdle(learner);
    expect(await LiveClient.refusal(stack.url(1), learner.tokens?.accessToken)).toMatchObject({
      ...{ status: 401, code: 'session_expired' },
    });
  });
});
