import { describe, expect, it } from '@jest/globals';
import { newId } from '../common/id.js';
import { Secrets } from '../config/secrets.js';
import { makeRefreshToken, readRefreshToken } from './refresh-token.js';

const secrets = new Secrets(['a secret that only tests may ever know']);
const [key] = secrets.plainKeys('refresh token');
const claims = { sessionId: newId(), generation: 7 };
const token = makeRefreshToken(key, claims);

describe('refresh tokens', () => {
  it('say what was signed', () => expect(readRefreshToken(key, token)).toEqual(claims));

  it('are the same for the same session and generation', () =>
    expect(makeRefreshToken(key, claims)).toBe(token));

  it('differ by purpose: the key of access tokens reads none', () =>
    expect(readRefreshToken(secrets.plainKeys('access token')[0], token)).toBeUndefined());

  it('are nothing with any character changed', () => {
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'a' ? 'b' : 'a';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(readRefreshToken(key, changed)).toBeUndefined();
    }
  });
});
