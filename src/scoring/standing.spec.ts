import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ledgerLines, type Candidate } from './standing.js';

const candidate = (over: Partial<Candidate> = {}): Candidate => ({
  submissionId: 's1',
  userId: 'u1',
  quizId: 'q1',
  totalScore: 0,
  quizzesSolved: 0,
  seq: 0n,
  ordinal: 0n,
  best: null,
  bestOrdinal: null,
  ...over,
});

describe('ledgerLines', () => {
  it('awards a first attempt in full and counts the quiz as solved', () => {
    const [line] = ledgerLines([candidate()], () => 7, [11n]);
    expect(line).toMatchObject({
      delta: 7,
      solved: 1,
      seq: 1n,
      totalScore: 7,
      quizzesSolved: 1,
      ordinal: 11n,
      best: 7,
    });
  });

  it('awards only what beats the best so far', () => {
    const before = { totalScore: 9, quizzesSolved: 1, seq: 4n, ordinal: 5n, best: 6, bestOrdinal: 5n };
    const [line] = ledgerLines([candidate(before)], () => 8, [12n]);
    expect(line).toMatchObject({
      delta: 2,
      solved: 0,
      seq: 5n,
      totalScore: 11,
      ordinal: 12n,
      best: 8,
      bestOrdinal: 12n,
    });
  });

  it('keeps total, ordinal and best when an attempt is no better, and still moves seq', () => {
    const before = { totalScore: 9, quizzesSolved: 1, seq: 4n, ordinal: 5n, best: 6, bestOrdinal: 5n };
    const [line] = ledgerLines([candidate(before)], () => 6, [12n]);
    expect(line).toMatchObject({
      delta: 0,
      solved: 0,
      seq: 5n,
      totalScore: 9,
      ordinal: 5n,
      best: 6,
      bestOrdinal: 5n,
    });
  });

  it('counts a quiz solved with no point at all, without an ordinal for the total', () => {
    const [line] = ledgerLines([candidate()], () => 0, [12n]);
    expect(line).toMatchObject({
      delta: 0,
      solved: 1,
      totalScore: 0,
      quizzesSolved: 1,
      ordinal: 0n,
      best: 0,
    });
  });

  it('carries a standing from one line of a user to the next', () => {
    const lines = ledgerLines(
      [
        candidate({ submissionId: 'a' }),
        candidate({ submissionId: 'b' }),
        candidate({ submissionId: 'c', quizId: 'q2' }),
      ],
      (id) => ({ a: 3, b: 5, c: 1 })[id] ?? 0,
      [1n, 2n, 3n],
    );
    expect(
      lines.map(({ delta, totalScore, quizzesSolved, seq }) => [delta, totalScore, quizzesSolved, seq]),
    ).toEqual([
      [3, 3, 1, 1n],
      [2, 5, 1, 2n],
      [1, 6, 2, 3n],
    ]);
  });

  it('cuts an award to what the board can hold, and moves nothing any more above it', () => {
    const before = { totalScore: 4_194_300, quizzesSolved: 9, seq: 4n, ordinal: 5n };
    const two = [
      candidate({ ...before, submissionId: 'a' }),
      candidate({ ...before, submissionId: 'b', quizId: 'q2' }),
    ];
    const [first, second] = ledgerLines(two, () => 10, [11n, 12n]);
    expect(first).toMatchObject({ delta: 3, totalScore: 4_194_303, ordinal: 11n, best: 10 });
    expect(second).toMatchObject({
      delta: 0,
      totalScore: 4_194_303,
      ordinal: 11n,
      seq: 6n,
      quizzesSolved: 11,
    });
  });

  it('makes the sum of deltas the sum of bests, for any attempts of any users', () => {
    const attempts = fc.array(fc.record({ user: fc.nat(3), quiz: fc.nat(3), score: fc.nat(20) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(attempts, (list) => {
        const candidates = list.map(({ user, quiz }, index) =>
          candidate({ submissionId: `s${index}`, userId: `u${user}`, quizId: `q${quiz}` }),
        );
        const scoreOf = (id: string) => list[Number(id.slice(1))]?.score ?? 0;
        const lines = ledgerLines(
          candidates,
          scoreOf,
          candidates.map((_, index) => BigInt(index + 1)),
        );
        const bests = new Map<string, number>();
        for (const { user, quiz, score } of list) {
          bests.set(`${user}:${quiz}`, Math.max(score, bests.get(`${user}:${quiz}`) ?? 0));
        }
        const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
        expect(sum(lines.map((line) => line.delta))).toBe(sum([...bests.values()]));
        expect(sum(lines.map((line) => line.solved))).toBe(bests.size);
      }),
    );
  });
});
