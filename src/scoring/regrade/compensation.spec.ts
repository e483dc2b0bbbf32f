import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_TOTAL } from '../standing.js';
import { compensate, isAffected, type Learner } from './compensation.js';

const FRESH = 99n;

/** A learner as scoring left it: each submission was awarded what it was better than all before. */
function learner(scores: number[], elsewhere = 0): Learner {
  let best = 0;
  const submissions = scores.map((score, index) => {
    const scoreAwarded = Math.max(0, score - best);
    best = Math.max(best, score);
    return { submissionId: `s${index}`, score, scoreAwarded, revision: 1 };
  });
  return {
    ...{ userId: 'u', quizId: 'q', totalScore: elsewhere + best, quizzesSolved: 1, seq: 10n },
    ...{ ordinal: 5n, best, bestOrdinal: 4n, submissions },
  };
}

/** The same learner, whose submissions were graded again; undefined where one was not. */
const regraded = (before: Learner, scores: (number | undefined)[]): Learner => ({
  ...before,
  submissions: before.submissions.map((one, index) => {
    return { ...one, newScore: scores[index] };
  }),
});

describe('compensate', () => {
  it('makes up for a fall in the first attempt with what the second one then is better', () => {
    const { lines, awards } = compensate(regraded(learner([8, 9], 20), [3, 9]), () => FRESH);
    expect(lines).toMatchObject([
      { submissionId: 's0', revision: 2, delta: -5, seq: 11n, totalScore: 24 },
      { submissionId: 's1', revision: 2, delta: 5, seq: 12n, totalScore: 29 },
    ]);
    expect(awards.map(({ scoreAwarded }) => scoreAwarded)).toEqual([3, 6]);
  });

  it('draws a new ordinal when the total changes, and keeps the old one when it does not', () => {
    const [moved] = compensate(regraded(learner([8]), [9]), () => FRESH).lines;
    expect(moved).toMatchObject({ ordinal: FRESH, best: 9, bestOrdinal: FRESH, totalScore: 9 });
    const [kept] = compensate(regraded(learner([8, 5]), [8, 6]), () => FRESH).lines;
    expect(kept).toMatchObject({ submissionId: 's1', delta: 0, ordinal: 5n, best: 8, bestOrdinal: 4n });
  });

  it('writes no line, and draws no ordinal, where every score stays', () => {
    const draw = () => {
      throw new Error('drawn');
    };
    expect(compensate(regraded(learner([8, 5]), [8, 5]), draw)).toEqual({ lines: [], awards: [] });
  });

  it('goes no higher than a total can', () => {
    const before = learner([8], MAX_TOTAL - 10);
    const { lines, awards } = compensate(regraded(before, [30]), () => FRESH);
    expect(lines).toMatchObject([{ delta: 2, totalScore: MAX_TOTAL, best: 30 }]);
    expect(awards).toMatchObject([{ scoreAwarded: 10 }]);
  });

  const score = fc.nat(20);
  const history = fc
    .array(score, { minLength: 1, maxLength: 6 })
    .chain((scores) =>
      fc.tuple(
        fc.constant(scores),
        fc.tuple(...scores.map(() => fc.option(score, { nil: undefined }))),
        fc.nat(50),
      ),
    );

  it('leaves what scoring by the new key would have given, however often the key is corrected', () => {
    fc.assert(
      fc.property(history, ([scores, again, elsewhere]) => {
        const before = learner(scores, elsewhere);
        const { lines, awards: changed } = compensate(regraded(before, again), () => FRESH);
        const expected = learner(
          scores.map((one, index) => again[index] ?? one),
          elsewhere,
        );
        const last = lines.at(-1) ?? before;
        expect(last.totalScore).toBe(expected.totalScore);
        expect(last.best).toBe(expected.best);
        const awards = new Map(before.submissions.map((one) => [one.submissionId, one.scoreAwarded]));
        for (const row of changed) awards.set(row.submissionId, row.scoreAwarded);
        expect([...awards.values()]).toEqual(expected.submissions.map((one) => one.scoreAwarded));
        expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => 11n + BigInt(index)));
      }),
    );
  });

  it('awards every submission the sum of its lines', () => {
    fc.assert(
      fc.property(history, ([scores, again]) => {
        const before = learner(scores);
        const { lines, awards } = compensate(regraded(before, again), () => FRESH);
        for (const { submissionId, scoreAwarded } of before.submissions) {
          const delta = lines.find((line) => line.submissionId === submissionId)?.delta ?? 0;
          const now = awards.find((row) => row.submissionId === submissionId)?.scoreAwarded ?? scoreAwarded;
          expect(now).toBe(scoreAwarded + delta);
        }
        expect(lines.length > 0).toBe(isAffected(regraded(before, again)));
      }),
    );
  });
});
