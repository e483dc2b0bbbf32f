import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { keysDocument } from './key-catalogue.js';
import { keys } from './keys.js';

describe('docs/keys.md', () => {
  it('says what the registry says; if it does not, run `npm run keys:doc`', () => {
    const committed = readFileSync(new URL('../../docs/keys.md', import.meta.url), 'utf8');
    expect(committed).toBe(keysDocument());
  });

  it('is one table, in which no text breaks a row', () => {
    const rows = keysDocument()
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter((row) => row.split('|').length !== 6)).toEqual([]);
  });
});

describe('the registry', () => {
  it('lets stay without an expiry what it says never expires', () => {
    const specs = Object.values(keys).flatMap((group) => Object.values(group).map(({ spec }) => spec));
    const never = specs.filter(({ expires }) => /\bnever\b/.test(expires));
    expect(never.length).toBeGreaterThan(5);
    expect(never.filter(({ stays }) => stays === undefined)).toEqual([]);
  });
});
