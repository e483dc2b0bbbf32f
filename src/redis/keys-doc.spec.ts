import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { keysDocument } from './key-catalogue.js';

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
