import { describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { newTotpSecret, stepOfCode, totpUri } from './totp.js';

/** The key of RFC 6238, appendix B, and the last six digits of its codes. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('TOTP', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('takes the code of RFC 6238 at %i s', (atSec, code) => {
    expect(stepOfCode(SECRET, code, atSec)).toBe(BigInt(Math.floor(atSec / 30)));
  });

  it('takes a code one step early or late, to the second, and no further', () => {
    const code = '287082'; // of the seconds 30 to 59
    const taken = Array.from({ length: 150 }, (_, atSec) => stepOfCode(SECRET, code, atSec));
    expect(taken.indexOf(1n)).toBe(0);
    expect(taken.lastIndexOf(1n)).toBe(89);
    expect(taken.filter((step) => step !== undefined)).toHaveLength(90);
    const later = generateSync({ secret: SECRET, epoch: 1_000_000 });
    const around = [-60, -30, 0, 30, 60].map((drift) => stepOfCode(SECRET, later, 1_000_000 + drift));
    expect(around.map((step) => step !== undefined)).toEqual([false, true, true, true, false]);
  });

  it('tells a step even in a fraction of a second', () => {
    expect(stepOfCode(SECRET, '287082', 59.999)).toBe(1n);
  });

  it('takes nothing that is no code', () => {
    for (const code of ['', '28708', '2870820', '28708a', ' 287082', '２８７０８２'])
      expect(stepOfCode(SECRET, code, 59)).toBeUndefined();
  });

  it('makes secrets of 160 bits, each its own, and a URI that says how to use them', () => {
    const secrets = Array.from({ length: 50 }, newTotpSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(totpUri(SECRET, 'ada'));
    expect([uri.protocol, uri.host, uri.pathname]).toEqual(['otpauth:', 'totp', '/RediStack:ada']);
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret: SECRET, issuer: 'RediStack' });
  });
});
