import { beforeAll, describe, expect, it } from '@jest/globals';
import { PasswordHasher } from './password-hasher.service.js';

const PASSWORD = 'seventeen purple kettles';

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher();
  let stored: string;
  beforeAll(async () => void (stored = await hasher.hash(PASSWORD)));

  it('makes Argon2id with the parameters of OWASP', () =>
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/));

  it('knows the right password from a wrong one, and matches nothing for nobody', async () => {
    expect(await hasher.matches(stored, PASSWORD)).toBe(true);
    expect(await hasher.matches(stored, PASSWORD + ' ')).toBe(false);
    expect(await hasher.matches(undefined, 'nobody has this password')).toBe(false);
  });

  it('tells a hash made with less work than is asked today', () => {
    expect(hasher.isWeak(stored)).toBe(false);
    const made = (parameters: string) => `$argon2id$v=19$${parameters}$c2FsdHNhbHQ$aGFzaA`;
    expect(hasher.isWeak(made('m=19456,t=2,p=1'))).toBe(false);
    expect(hasher.isWeak(made('m=65536,t=3,p=4'))).toBe(false);
    for (const parameters of ['m=19455,t=2,p=1', 'm=19456,t=1,p=1', 'm=4096,t=3,p=1', 'nonsense'])
      expect(hasher.isWeak(made(parameters))).toBe(true);
  });

  it('matches nothing for an account without a password', async () =>
    expect(await hasher.matches('none', 'none')).toBe(false));

  it('takes the same characters however they were typed', async () => {
    const composed = await hasher.hash('caf\u00e9 au lait, please');
    expect(await hasher.matches(composed, 'cafe\u0301 au lait, please')).toBe(true);
  });

  it('turns away what would wait too long, and serves the others', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 260 }, async () => await hasher.hash(PASSWORD)),
    );
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused.length).toBeGreaterThanOrEqual(58);
    expect(refused[0]).toMatchObject({ code: 'unavailable', details: { retryAfterSec: 1 } });
    expect(await hasher.matches(stored, PASSWORD)).toBe(true);
  });
});
