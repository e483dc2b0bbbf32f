import { describe, expect, it } from '@jest/globals';
import { findProblem } from './json-body.js';

const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 1]));

describe('findProblem', () => {
  it('lets through what the largest quiz holds', () => {
    const question = { options: Array.from({ length: 20 }, () => ({ text: 'yes', credit: 1 })) };
    expect(findProblem({ questions: Array.from({ length: 1_000 }, () => question) })).toBeUndefined();
    expect(findProblem({ answers: [{ response: named(1_000) }] })).toBeUndefined();
  });

  it('refuses what takes long to validate, with its path', () => {
    expect(findProblem(named(1_001))).toEqual({ path: '', message: 'has more than 1000 names' });
    expect(findProblem({ a: [1, named(1_001)] })).toMatchObject({ path: 'a.1' });
    expect(findProblem({ list: Array<number>(100_000).fill(1) })).toMatchObject({ path: 'list.99998' });
  });
});
