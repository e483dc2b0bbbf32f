import { describe, expect, it } from '@jest/globals';
import { Secrets } from './secrets.js';

const [old, fresh] = ['an old secret of at least 32 bytes', 'a fresh secret of at least 32 bytes'];

describe('Secrets', () => {
  it('derives another key for each purpose and each secret, and always the same', () => {
    const keys = [
      ...new Secrets([fresh, old]).plainKeys('access token'),
      ...new Secrets([fresh]).plainKeys('mail'),
    ].map((key) => key.toString('hex'));
    expect(new Set(keys).size).toBe(3);
    expect(new Secrets([fresh]).plainKeys('mail')[0].toString('hex')).toBe(keys[2]);
  });

  it('names a key alike whether it is the newest or an older one', () => {
    const [, older] = new Secrets([fresh, old]).keys('access token');
    expect(older).toEqual(new Secrets([old]).keys('access token')[0]);
  });

  it('hashes with the newest key', () => {
    const both = new Secrets([fresh, old]);
    expect(both.mac('otp', '123456')).toBe(new Secrets([fresh]).mac('otp', '123456'));
    expect(both.mac('otp', '123456')).not.toBe(both.mac('otp', '123457'));
  });
});
