import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedStore } from './bounded-store.js';

describe('a store bounded in bytes', () => {
  it('lets go what was not used for longest', () => {
    const store = new BoundedStore<string>(10);
    store.set('a', 'A', 4);
    store.set('b', 'B', 4);
    expect(store.get('a')).toBe('A');
    store.set('c', 'C', 4);
    expect([store.get('a'), store.get('b'), store.get('c'), store.bytes]).toEqual(['A', undefined, 'C', 8]);
  });

  it('replaces what it has under a name, and keeps nothing that is too large', () => {
    const store = new BoundedStore<string>(10);
    store.set('a', 'A', 4);
    store.set('a', 'B', 7);
    expect([store.get('a'), store.bytes]).toEqual(['B', 7]);
    store.set('c', 'C', 11);
    expect([store.get('c'), store.bytes]).toEqual([undefined, 0]);
  });

  it('never holds more, and holds what was set last if that fits (property)', () => {
    const use = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      bytes: fc.nat(15),
      read: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(use), (uses) => {
        const store = new BoundedStore<number>(10);
        for (const { name, bytes, read } of uses) {
          if (read) store.get(name);
          else {
            store.set(name, bytes, bytes);
            expect(store.get(name)).toBe(bytes <= 10 ? bytes : undefined);
          }
          const kept = ['a', 'b', 'c', 'd'].map((each) => store.get(each) ?? 0);
          expect(store.bytes).toBe(kept.reduce((sum, each) => sum + each, 0));
          expect(store.bytes).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
