import { describe, expect, it } from '@jest/globals';
import { Slots } from './slots.js';

/** Works that end when told to. */
class Works {
  readonly begun: string[] = [];
  private readonly ends: (() => void)[] = [];

  start = (name: string) => async (): Promise<string> => {
    this.begun.push(name);
    await new Promise<void>((resolve) => this.ends.push(resolve));
    return name;
  };

  endFirst = (): void => this.ends.shift()?.();
}

const settle = async () => await new Promise((resolve) => setImmediate(resolve));

describe('works', () => {
  it('go on so many at once, the others in their order', async () => {
    const [slots, works] = [new Slots(2), new Works()];
    const all = ['a', 'b', 'c', 'd'].map(async (name) => await slots.take(works.start(name)));
    await settle();
    expect(works.begun).toEqual(['a', 'b']);
    for (let ended = 0; ended < 4; ended += 1) {
      works.endFirst();
      await settle();
    }
    expect(works.begun).toEqual(['a', 'b', 'c', 'd']);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are refused when too many wait, and may be asked for again later', async () => {
    const [slots, works] = [new Slots(1, 1), new Works()];
    const all = ['a', 'b'].map(async (name) => await slots.share(name, works.start(name)));
    await settle();
    await expect(slots.share('c', works.start('c'))).rejects.toMatchObject({ code: 'unavailable' });
    works.endFirst();
    await settle();
    const again = slots.share('c', works.start('c'));
    works.endFirst();
    await settle();
    works.endFirst();
    expect(await Promise.all([...all, again])).toEqual(['a', 'b', 'c']);
  });

  it('of one name are done once for all who ask before it begins, and again for who asks later', async () => {
    const [slots, works] = [new Slots(1), new Works()];
    const first = slots.share('a', works.start('a'));
    await settle();
    const waiting = [1, 2, 3].map(async () => await slots.share('a', works.start('a')));
    await settle();
    expect(works.begun).toEqual(['a']);
    works.endFirst();
    await settle();
    expect(works.begun).toEqual(['a', 'a']);
    works.endFirst();
    expect(await Promise.all([first, ...waiting])).toEqual(['a', 'a', 'a', 'a']);
  });

  it('that fail make way for the next', async () => {
    const slots = new Slots(1);
    const failed = slots.share('a', async () => await Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await slots.share('a', async () => await Promise.resolve(1))).toBe(1);
  });
});
