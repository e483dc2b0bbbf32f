import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAccessApp, type AccessApp } from '../support/access-app.js';
import type { Answer } from '../support/api-client.js';

describe('the edges of HTTP', () => {
  let at: AccessApp;

  beforeAll(async () => void (at = await startAccessApp()));
  afterAll(async () => await at.stop());
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
