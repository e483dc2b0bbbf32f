import { describe, expect, it } from '@jest/globals';
import { SocketBudget } from './socket-budget.js';

const LIMIT = { count: 20, windowSec: 4 };

describe('SocketBudget', () => {
  it('allows a burst of the count, then one each 1/count of the window', () => {
    const budget = new SocketBudget(LIMIT);
    for (let i = 0; i < 20; i += 1) expect(budget.spend(0)).toBe(0);
    expect(budget.spend(0)).toBe(200);
    expect(budget.spend(199)).toBe(1);
    expect(budget.spend(200)).toBe(0);
    expect(budget.spend(200)).toBe(200);
  });

  it('is full again after one window', () => {
    const budget = new SocketBudget(LIMIT);
    for (let i = 0; i < 20; i += 1) budget.spend(0);
    for (let i = 0; i < 20; i += 1) expect(budget.spend(4_000)).toBe(0);
    expect(budget.spend(4_000)).toBeGreaterThan(0);
  });

  it('is exhausted by 50 refusals within 10 s, not by 49, nor by 50 in more', () => {
    const quick = new SocketBudget({ count: 1, windowSec: 1_000 });
    quick.spend(0);
    for (let i = 0; i < 49; i += 1) quick.spend(i);
    expect(quick.isExhausted(49)).toBe(false);
    quick.spend(50);
    expect(quick.isExhausted(50)).toBe(true);

    const patient = new SocketBudget({ count: 1, windowSec: 1_000 });
    for (let i = 0; i <= 100; i += 1) {
      patient.spend(i * 250);
      expect(patient.isExhausted(i * 250)).toBe(false);
    }
  });
});
