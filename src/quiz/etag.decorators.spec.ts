import { describe, expect, it } from '@jest/globals';
import { etagOf, revisionsIn } from './etag.decorators.js';

describe('If-Match', () => {
  it.each<[string, number[]]>([
    [etagOf(7), [7]],
    [etagOf(7, 'closed'), [7]],
    ['"r1", "r2"', [1, 2]],
    ['"a","r2-closed" ,, "r30"', [2, 30]],
    ['"r1, r2"', []],
    ['W/"r1"', []],
    ['W/"r1", "r2"', [2]],
    ['"rx", "", "r99999999999"', []],
  ])('%s', (header, revisions) => {
    expect([...(revisionsIn(header) ?? [])]).toEqual(revisions);
  });

  it('takes * for whatever is there', () => expect(revisionsIn(' * ')).toBeUndefined());

  it.each(['', 'r1', 'nonsense', '"r1'])('refuses what has no tag: %j', (header) => {
    expect(() => revisionsIn(header)).toThrow('If-Match takes the ETag');
  });
});
