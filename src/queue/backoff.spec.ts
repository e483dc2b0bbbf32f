import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [5, 32_000],
    [6, 60_000],
    [5_000, 60_000],
  ])('after %i failures waits at most %i ms', (times, expected) => {
    expect(backoffMs(1_000, 60_000, times, () => 1)).toBe(expected);
  });

  it('waits at least half of that', () => {
    expect(backoffMs(1_000, 60_000, 2, () => 0)).toBe(2_000);
  });
});
