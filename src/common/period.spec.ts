import { describe, expect, it } from '@jest/globals';
import { dayOf, SPAN_PERIODS, spanOf, spanOn } from './period.js';

const keysAt = (moment: string) => SPAN_PERIODS.map((period) => spanOn(period, dayOf(new Date(moment))).key);

describe('the periods of a moment', () => {
  it.each([
    ['2026-11-24T12:00:00Z', ['2026-11-24', '2026-W48', '2026-11']],
    ['2026-11-22T23:59:59.999Z', ['2026-11-22', '2026-W47', '2026-11']],
    ['2026-11-23T00:00:00.000Z', ['2026-11-23', '2026-W48', '2026-11']],
    ['2026-11-23T01:30:00+02:00', ['2026-11-22', '2026-W47', '2026-11']],
    ['2024-02-29T23:59:59Z', ['2024-02-29', '2024-W09', '2024-02']],
  ])('%s: a day, an ISO week and a month in UTC', (moment, keys) => {
    expect(keysAt(moment)).toEqual(keys);
  });

  it.each([
    ['2026-12-31T23:59:59.999Z', ['2026-12-31', '2026-W53', '2026-12']],
    ['2027-01-01T00:00:00.000Z', ['2027-01-01', '2026-W53', '2027-01']],
    ['2027-01-03T23:59:59.999Z', ['2027-01-03', '2026-W53', '2027-01']],
    ['2027-01-04T00:00:00.000Z', ['2027-01-04', '2027-W01', '2027-01']],
    ['2024-12-30T00:00:00.000Z', ['2024-12-30', '2025-W01', '2024-12']],
    ['2022-01-02T23:59:59.999Z', ['2022-01-02', '2021-W52', '2022-01']],
    ['2021-01-03T23:59:59.999Z', ['2021-01-03', '2020-W53', '2021-01']],
  ])('%s: a week may belong to another year than its day', (moment, keys) => {
    expect(keysAt(moment)).toEqual(keys);
  });

  it('follow on one another without a gap for thirty years', () => {
    for (const period of SPAN_PERIODS) {
      let span = spanOn(period, '2000-01-01');
      while (span.until < '2030-01-01') {
        const next = spanOn(period, span.until);
        expect(next.from).toBe(span.until);
        expect(next.key > span.key).toBe(true);
        expect(spanOf(period, span.key)).toEqual(span);
        span = next;
      }
    }
  });
});

describe('a period key', () => {
  it.each([
    ['daily', '2026-11-24', '2026-11-24', '2026-11-25'],
    ['weekly', '2026-W53', '2026-12-28', '2027-01-04'],
    ['weekly', '2025-W01', '2024-12-30', '2025-01-06'],
    ['monthly', '2026-12', '2026-12-01', '2027-01-01'],
  ] as const)('%s %s names a stretch of days', (period, key, from, until) => {
    expect(spanOf(period, key)).toEqual({ period, key, from, until });
  });

  it.each([
    ['daily', '2026-02-29'],
    ['daily', '2026-W48'],
    ['daily', '2026-11-24T00:00:00Z'],
    ['daily', '0000-01-01'],
    ['weekly', '2025-W53'],
    ['weekly', '2026-W00'],
    ['weekly', '2026-W54'],
    ['weekly', '2026-48'],
    ['monthly', '2026-13'],
    ['monthly', '2026-00'],
    ['monthly', '2026-11-24'],
    ['monthly', ''],
  ] as const)('%s %s names none', (period, key) => {
    expect(spanOf(period, key)).toBeUndefined();
  });
});
