import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAccessApp, type AccessApp } from '../support/access-app.js';
import type { Answer } from '../support/api-client.js';

describe('the edges of HTTP', () => {
  let at: AccessApp;

  beforeAll(async () => void (at = await startAccessApp()));
  afterAll(async () => await at.stop());
  const large = JSON.stringify('x'.repeat(64 * 1024));
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const answer = await fetch(`${at.anyone().url}${path}`, init);
    const text = await answer.text();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: answer.status, headers: answer.headers, body, text };
  };

  it.each(['/', '/nothing', '/api/v1', '/api/v1/nothing', '/docs/nothing'])(
    'answers a path that is not there with a problem that names it: %s',
    async (path) => {
      const { status, headers, body } = await ask(`${path}?q=ada@example.org`);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(body).toMatchObject({ code: 'not_found', instance: path, traceId: headers.get('x-request-id') });
    },
  );

  it('answers a body that is no JSON with a problem everywhere, and no stack', async () => {
    for (const path of ['/nothing', '/api/v1/auth/login']) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
      const { status, body, text } = await ask(path, init);
      expect([status, body['code'], body['instance']]).toEqual([400, 'malformed_json', path]);
      expect(text).not.toContain('node_modules');
    }
  });

  it('counts by address who is refused for a body or a path, and says so', async () => {
    const from = { 'x-forwarded-for': '198.51.100.9', 'content-type': 'application/json' };
    const window = 'rs:{ip:198.51.100.9}:limit:anonymous';
    const refused: [path: string, status: number, init: RequestInit][] = [
      ['/nothing', 404, { headers: from }],
      ['/api/v1/nothing', 404, { headers: from }],
      ['/api/v1/auth/login', 400, { method: 'POST', headers: from, body: '{' }],
      ['/api/v1/auth/login', 413, { method: 'POST', headers: from, body: large }],
      [
        '/api/v1/auth/login',
        415,
        { method: 'POST', headers: { ...from, 'content-type': 'text/csv' }, body: 'a' },
      ],
    ];
    for (const [at, [path, status, init]] of refused.entries()) {
      const answer = await ask(path, init);
      expect([answer.status, answer.headers.get('ratelimit-policy')]).toEqual([
        status,
        '"anonymous";q=300;w=60',
      ]);
      expect(answer.headers.get('ratelimit')).toMatch(new RegExp(`^"anonymous";r=${299 - at};`));
    }
    await at.redis.redis.set(window, 300, 'KEEPTTL');
    for (const [path, , init] of refused) {
      const { status, headers, body } = await ask(path, init);
      expect([status, body['code']]).toEqual([429, 'rate_limited']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('reads large bodies of whoever brings a token only, and tells others that theirs is none', async () => {
    const headers = { 'content-type': 'application/json' };
    const send = async (body: string, more: Record<string, string> = {}) =>
      await ask('/api/v1/quizzes', { method: 'POST', headers: { ...headers, ...more }, body });
    for (const authorization of ['', 'Bearer x.y.z']) {
      const { status, body, headers } = await send(large, { authorization });
      expect([status, body['code']]).toEqual([401, 'unauthenticated']);
      expect(headers.get('ratelimit')).toMatch(/^"anonymous";/);
    }
    const { tokens } = await at.signedIn();
    const known = { authorization: `Bearer ${tokens?.accessToken}` };
    // Nothing here takes quizzes: what was read finds no route.
    expect((await send(large, known)).status).toBe(404);
    expect((await send('{}')).status).toBe(404);
    expect((await send(JSON.stringify('x'.repeat(5 * 1024 * 1024)), known)).status).toBe(413);
  });

  it('gives every answer its request id, also to a browser that only asks whether it may', async () => {
    const headers = { origin: 'https://app.example.org', 'access-control-request-method': 'POST' };
    const answer = await ask('/api/v1/auth/login', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it('names at most 100 of the mistakes', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`n${i}`, 1]));
    const answer = await at.anyone().post<{ errors: unknown[] }>('/auth/signup', wrong);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toHaveLength(100);
  });
});
