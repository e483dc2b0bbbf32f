import { describe, expect, it } from '@jest/globals';
import { GroupCommit, type Settled } from './group-commit.js';

const patience = { patienceMs: 60_000, tooLate: () => new Error('too late') };
const ok = <T>(value: T): Settled<T> => ({ ok: true, value });

/** Groups as they were written, with a gate that holds each back until it is opened. */
function gated(
  options: {
    maxSize?: number;
    parallel?: number;
    conflictKeys?: (item: number) => string[];
    patienceMs?: number;
  } = {},
) {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const commit = new GroupCommit<number, number>({
    maxSize: options.maxSize ?? 10,
    parallel: options.parallel ?? 1,
    conflictKeys: options.conflictKeys ?? (() => []),
    patienceMs: options.patienceMs ?? patience.patienceMs,
    tooLate: (begun) => new Error(begun ? 'the outcome is open' : 'never begun'),
    write: async (items) => {
      groups.push(items);
      await new Promise<void>((resolve) => gates.push(resolve));
      return items.map((item) => ok(item * 2));
    },
  });
  const openAll = async (expected: number) => {
    for (let opened = 0; opened < expected; opened += 1) {
      while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
      gates.shift()?.();
    }
  };
  return { commit, groups, openAll };
}

describe('GroupCommit', () => {
  it('writes together what arrives while a group is under way, and answers each its own', async () => {
    const { commit, groups, openAll } = gated();
    const first = commit.submit(1);
    while (groups.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const rest = [commit.submit(2), commit.submit(3)];
    await openAll(2);
    await expect(Promise.all([first, ...rest])).resolves.toEqual([2, 4, 6]);
    expect(groups).toEqual([[1], [2, 3]]);
  });

  it('never puts two items that conflict in one group, and keeps their order', async () => {
    const { commit, groups, openAll } = gated({ conflictKeys: (item) => [String(item % 2)] });
    const all = [1, 3, 2, 5].map((item) => commit.submit(item));
    await openAll(3);
    await Promise.all(all);
    expect(groups).toEqual([[1, 2], [3], [5]]);
  });

  it('cuts groups at their size', async () => {
    const { commit, groups, openAll } = gated({ maxSize: 2 });
    const all = [1, 2, 3].map((item) => commit.submit(item));
    await openAll(2);
    await Promise.all(all);
    expect(groups).toEqual([[1, 2], [3]]);
  });

  it('fails the items of a group that failed, and goes on with the next', async () => {
    let calls = 0;
    const commit = new GroupCommit<number, number>({
      maxSize: 10,
      parallel: 1,
      conflictKeys: () => [],
      ...patience,
      write: (items) => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('away')) : Promise.resolve(items.map(ok));
      },
    });
    await expect(commit.submit(1)).rejects.toThrow('away');
    await expect(commit.submit(2)).resolves.toBe(2);
  });

  it('lets one item fail without its neighbours', async () => {
    const commit = new GroupCommit<number, number>({
      maxSize: 10,
      parallel: 1,
      conflictKeys: () => [],
      ...patience,
      write: (items) =>
        Promise.resolve(
          items.map((item) => (item === 2 ? { ok: false, error: new Error('taken') } : ok(item))),
        ),
    });
    const [one, two] = [commit.submit(1), commit.submit(2)];
    await expect(one).resolves.toBe(1);
    await expect(two).rejects.toThrow('taken');
  });

  it('refuses whom it keeps waiting, and never writes what it had not begun', async () => {
    const { commit, groups, openAll } = gated({ maxSize: 1, patienceMs: 30 });
    const all = await Promise.allSettled([commit.submit(1), commit.submit(2)]);
    expect(all.map((one) => one.status === 'rejected' && String(one.reason))).toEqual([
      'Error: the outcome is open',
      'Error: never begun',
    ]);
    const next = commit.submit(3);
    await openAll(2);
    await expect(next).resolves.toBe(6);
    expect(groups).toEqual([[1], [3]]);
  });
});
