import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyResponseTo } from '../../test/support/arbitrary-answers.js';
import { anyQuestion } from '../../test/support/arbitrary-questions.js';
import { type Answer, checkAnswers } from './check-answers.js';
import { grade } from './grader.js';
import { withIds } from './question-ids.js';
import type { AuthoredQuestion, StoredQuestion } from './question.types.js';

const anyStored = anyQuestion.map((question) => withIds([question])[0] as StoredQuestion);
const anyQuiz = fc.array(anyStored, { minLength: 1, maxLength: 6 });

/** A quiz with the answers to some of its questions, in any order. */
const answered = anyQuiz.chain((questions) =>
  fc.tuple(
    fc.constant(questions),
    fc.shuffledSubarray(questions).chain((some) => fc.tuple(...some.map(anyAnswerTo))),
  ),
);

function anyAnswerTo(question: StoredQuestion): fc.Arbitrary<Answer> {
  return anyResponseTo(question).map((response) => ({ questionId: question.id, response }));
}

/** What one response to one question earns. */
function creditOf(question: StoredQuestion, response: unknown): number {
  const answers = [{ questionId: question.id, response }];
  expect(checkAnswers([question], answers)).toEqual([]);
  return grade([question], answers).breakdown[0]?.credit ?? NaN;
}

const noLess = (after: number, before: number) => expect(after).toBeGreaterThanOrEqual(before);

const stored = (question: AuthoredQuestion): StoredQuestion => withIds([question])[0] as StoredQuestion;

describe('the grade of any quiz and any answers that are taken', () => {
  it('is a whole number from 0 to its points, for each question and for all', () => {
    fc.assert(
      fc.property(answered, ([questions, answers]) => {
        expect(checkAnswers(questions, answers)).toEqual([]);
        const { score, maxScore, breakdown } = grade(questions, answers);
        expect(breakdown.map(({ questionId }) => questionId)).toEqual(questions.map(({ id }) => id));
        for (const [at, { points, credit }] of breakdown.entries()) {
          expect(Number.isInteger(points) && points >= 0 && points <= (questions[at]?.points ?? 0)).toBe(
            true,
          );
          expect(credit >= 0 && credit <= 1).toBe(true);
        }
        expect(score).toBe(breakdown.reduce((sum, { points }) => sum + points, 0));
        expect(maxScore).toBe(questions.reduce((sum, { points }) => sum + points, 0));
      }),
      { numRuns: 500 },
    );
  });

  it('is never out of range, nor an error, for answers that would not be taken', () => {
    const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(undefined, NaN, Infinity));
    fc.assert(
      fc.property(anyStored, junk, (question, response) => {
        const { score } = grade([question], [{ questionId: question.id, response }]);
        expect(score >= 0 && score <= question.points).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('does not care for the order of the answers, and never falls with one more', () => {
    fc.assert(
      fc.property(answered, ([questions, answers]) => {
        expect(grade(questions, [...answers].reverse())).toEqual(grade(questions, answers));
        const scores = answers.map((_, index) => grade(questions, answers.slice(0, index + 1)).score);
        expect(scores).toEqual(scores.toSorted((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the credit of any question', () => {
  /** Credits of right options that are a whole, and of wrong ones. */
  const options = fc
    .tuple(
      fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.double({ min: -1, max: 0, noNaN: true }), { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0.99, max: 1.01, noNaN: true }),
    )
    .map(([right, wrong, whole]) => {
      const sum = right.reduce((total, part) => total + part, 0);
      return [...right.map((part) => (part / sum) * whole), ...wrong];
    })
    .map((credits) => credits.map((credit, at) => ({ text: `o${at}`, credit })));

  it('of several choices rises with each right option and falls with each wrong one', () => {
    const chosen = options
      .map((list) => stored({ type: 'multiple_choice', prompt: 'x', points: 100, options: list }))
      .chain((question) => fc.tuple(fc.constant(question), anyResponseTo(question), fc.nat()));
    fc.assert(
      fc.property(chosen, ([question, response, pick]) => {
        if (question.type !== 'multiple_choice' || !Array.isArray(response)) return;
        const more = question.options[pick % question.options.length];
        const before = response.filter((id: unknown) => id !== more?.id);
        const [without, withIt] = [before, before.concat(more?.id)].map((ids) => creditOf(question, ids));
        if ((more?.credit ?? 0) >= 0) noLess(withIt ?? NaN, without ?? NaN);
        else noLess(without ?? NaN, withIt ?? NaN);
      }),
      { numRuns: 500 },
    );
  });

  const withResponse = anyStored.chain((question) =>
    fc.tuple(fc.constant(question), anyResponseTo(question), fc.nat()),
  );

  it('never falls with one more pair that is right, or one more item put in its place', () => {
    fc.assert(
      fc.property(withResponse, ([question, response, pick]) => {
        if (question.type === 'matching') {
          const pair = question.pairs[pick % question.pairs.length];
          const mended = { ...(response as object), [pair?.leftId ?? '']: pair?.rightId };
          noLess(creditOf(question, mended), creditOf(question, response));
        } else if (question.type === 'ordering') {
          const ids = response as string[];
          const at = pick % ids.length;
          const right = question.items[at]?.id;
          const swapped = ids.map((id, place) => (place === at ? right : id === right ? ids[at] : id));
          noLess(creditOf(question, swapped), creditOf(question, response));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never falls where more is accepted, or for more', () => {
    fc.assert(
      fc.property(withResponse, anyStored, ([question, response, pick], other) => {
        const credit = creditOf(question, response);
        if (question.type === 'short_text') {
          const more =
            other.type === 'short_text' ? other.accepted : [{ text: String(response), credit: 0.5 }];
          noLess(creditOf({ ...question, accepted: [...more, ...question.accepted] }, response), credit);
          const raised = question.accepted.map((each, at) =>
            at === pick % question.accepted.length ? { ...each, credit: 1 } : each,
          );
          noLess(creditOf({ ...question, accepted: raised }, response), credit);
        } else if (question.type === 'numeric') {
          const more = other.type === 'numeric' ? other.accepted : [{ value: Number(response), credit: 0.5 }];
          noLess(creditOf({ ...question, accepted: [...more, ...question.accepted] }, response), credit);
        } else if (question.type === 'single_choice') {
          const raised = question.options.map((each) =>
            each.id === response ? { ...each, credit: 1 } : each,
          );
          noLess(creditOf({ ...question, options: raised }, response), credit);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never falls as a number comes nearer to the value, or a tolerance widens', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        number,
        number.map(Math.abs),
        number,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (value, tolerance, response, part) => {
          const numeric = (wide: number) =>
            stored({ type: 'numeric', prompt: 'x', accepted: [{ value, tolerance: wide }] });
          const credit = creditOf(numeric(tolerance), response);
          noLess(creditOf(numeric(Math.min(tolerance * 2, Number.MAX_VALUE)), response), credit);
          const nearer = value + (response - value) * part;
          const isNearer = Math.abs(nearer - value) <= Math.abs(response - value);
          if (Number.isFinite(nearer) && isNearer) noLess(creditOf(numeric(tolerance), nearer), credit);
        },
      ),
      { numRuns: 500 },
    );
  });
});
