import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Sealer } from './sealer.js';

const [old, fresh] = [randomBytes(32), randomBytes(32)];

describe('Sealer', () => {
  it('opens what it sealed, in its own context only', () => {
    const sealer = new Sealer([fresh]);
    const sealed = sealer.seal('123456', 'mail');
    expect(sealed).not.toContain('123456');
    expect(sealer.open(sealed, 'mail')).toBe('123456');
    expect(sealer.open(sealed, 'totp')).toBeUndefined();
  });

  it('seals the same text differently each time', () => {
    const sealer = new Sealer([fresh]);
    expect(sealer.seal('x', 'mail')).not.toBe(sealer.seal('x', 'mail'));
  });

  it('opens what an older key sealed, and nothing of a key it does not have', () => {
    const sealed = new Sealer([old]).seal('x', 'mail');
    expect(new Sealer([fresh, old]).open(sealed, 'mail')).toBe('x');
    expect(new Sealer([fresh]).open(sealed, 'mail')).toBeUndefined();
  });

  it('refuses what was changed, cut or is no sealed text at all', () => {
    const sealer = new Sealer([fresh]);
    const sealed = sealer.seal('hello', 'mail');
    const changed = (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1);
    for (const text of [changed, sealed.slice(0, -4), '', 'plain', 'ä'.repeat(50)]) {
      expect(sealer.open(text, 'mail')).toBeUndefined();
    }
  });
});
