import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { Stack } from '../support/stack.js';
import { forge, claimsOf, tokenOf } from '../support/tokens.js';

const EVENTS = 5;
const BOARD = 'leaderboard:global';
let stack: Stack;
let learner: ApiClient;

const problem = (code: string, status: number) => ({
  ...{ code, status, type: expect.any(String), title: expect.any(String), detail: expect.any(String) },
  ...{ instance: expect.any(String), traceId: expect.any(String) },
});
const refused = (code: string, status: number) => ({
  ok: false,
  error: expect.objectContaining(problem(code, status)),
});

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 0, env: { LIMIT_SOCKET: `${EVENTS}/600` } });
  learner = await stack.client().signUp();
});
afterAll(async () => await stack.stop());

const withLive = async (use: (live: LiveClient) => Promise<void>) => {
  const live = await LiveClient.connect(stack.url(), learner);
  try {
    await use(live);
  } finally {
    live.close();
  }
};

describe('a handshake', () => {
  it('is refused with a problem unless the token is good', async () => {
    const token = learner.tokens?.accessToken ?? '';
    for (const bad of [
      ...[undefined, null, '', 'garbage', 1, { token }, [token], 'x'.repeat(5_000)],
      ...[forge({ alg: 'none' }, claimsOf(token)), forge({ alg: 'HS256' }, claimsOf(token), 'my own key')],
      ...[await tokenOf(learner, -1), learner.tokens?.refreshToken],
    ]) {
      expect(await LiveClient.refusal(stack.url(1), bad)).toEqual(problem('unauthenticated', 401));
    }
  });
});

describe('a client event', () => {
  it('that is unknown is acknowledged as such', async () => {
    await withLive(async (live) => {
      for (const event of ['nonsense', '__proto__', 'leaderboard.changed', 'x'.repeat(1_000)])
        expect(await live.send(event, {})).toEqual(refused('not_found', 404));
      expect(live.socket.connected).toBe(true);
    });
  });

  it.each<[string, unknown]>([
    ['no object', 'leaderboard:global'],
    ['nothing', {}],
    ['a topic too many', { topic: BOARD, topics: [{ topic: BOARD }] }],
    ['a number as topic', { topic: 1 }],
    ['since below 0', { topic: BOARD, since: -1, epoch: 'e' }],
    ['a field too many', { topic: BOARD, from: 1 }],
    ['an empty list', { topics: [] }],
    ['201 topics', { topics: Array.from({ length: 201 }, (_, index) => ({ topic: `t${index}` })) }],
    ['the same topic twice', { topics: [{ topic: BOARD }, { topic: BOARD }] }],
    ['NUL', { topic: 'leaderboard:\0' }],
  ])('subscribe is refused with %s', async (_what, data) => {
    await withLive(async (live) => {
      expect(await live.send('subscribe', data)).toEqual(refused('validation_failed', 400));
    });
  });

  it('subscribe knows only topics that are, and says so for each of a list', async () => {
    await withLive(async (live) => {
      for (const topic of ['nothing', 'leaderboard:', 'leaderboard:none'])
        expect(await live.subscribe({ topic })).toEqual(refused('not_found', 404));
      const list = await live.send('subscribe', {
        topics: [{ topic: BOARD }, { topic: 'leaderboard:none' }],
      });
      expect(list.data).toEqual([
        expect.objectContaining({ topic: BOARD, recovered: false, snapshot: expect.any(Object) }),
        { topic: 'leaderboard:none', error: problem('not_found', 404) },
      ]);
    });
  });

  it('over the budget is refused, and who does not listen to that is closed', async () => {
    await withLive(async (live) => {
      const ask = async () => await live.send('unsubscribe', { topic: BOARD });
      const answers = await Promise.all(Array.from({ length: EVENTS + 3 }, ask));
      expect(answers.filter((answer) => answer.ok)).toHaveLength(EVENTS);
      for (const answer of answers.slice(EVENTS)) expect(answer).toEqual(refused('rate_limited', 429));
      expect(live.socket.connected).toBe(true);
      for (let more = 0; more < 50; more += 1) live.socket.emit('unsubscribe', { topic: BOARD });
      await live.closed();
    });
  });

  it('of more than 16 KB ends the connection', async () => {
    await withLive(async (live) => {
      live.socket.emit('subscribe', { topic: 'x'.repeat(17 * 1024) });
      await live.closed();
    });
  });
});

it('closes within a second who connects and never authenticates', async () => {
  const poll = async (query: string) =>
    await fetch(`${stack.url()}/socket.io/?EIO=4&transport=polling${query}`, {
      signal: AbortSignal.timeout(5_000),
    });
  const idle = async () => {
    const openedAt = Date.now();
    const { sid } = JSON.parse((await (await poll('')).text()).slice(1)) as { sid: string };
    // Answered when there is something to say: that it is over.
    const answer = await poll(`&sid=${sid}`);
    expect(await answer.text()).toMatch(/^1$|Session ID unknown/);
    return Date.now() - openedAt;
  };
  const took = await Promise.all(Array.from({ length: 5 }, idle));
  expect(Math.max(...took)).toBeLessThan(2_000);
  // How far the others are behind is a matter of how busy the machine is.
  expect(Math.min(...took)).toBeLessThan(1_000);
});
