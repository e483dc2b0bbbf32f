import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import gift from 'gift-pegjs';
import { ordinaryQuestion } from '../../../test/support/arbitrary-questions.js';
import { exportGift } from './export-gift.js';
import { expand, shorten } from './shorthand.js';

const LONG = 'These are (quite) long words, "as" in a sentence; are they not? Yes!';

describe('shorthand', () => {
  it('sets plain words aside, and nothing that means something', () => {
    const { text, runs } = shorten(`[html]${LONG}  ${LONG} {=${LONG}->${LONG}#1\n}`);
    expect(text).toMatch(/^\[html\].. {2}.. \{=..->..#1\n\}$/);
    expect(runs).toEqual([LONG, LONG, LONG, LONG]);
  });

  it('leaves a text that has its marks as it is', () => {
    expect(shorten(`\uE001${LONG}`)).toEqual({ text: `\uE001${LONG}`, runs: [] });
  });

  it('is parsed to the same as the whole text', () => {
    fc.assert(
      fc.property(
        ordinaryQuestion,
        fc.constantFrom(LONG, `TRUE ${LONG}`, `é ${LONG} x`),
        (question, words) => {
          const text = exportGift([
            { ...question, prompt: `${question.prompt} ${words}`, explanation: words },
          ]).trimEnd();
          const { text: short, runs } = shorten(text);
          expect(short.length).toBeLessThan(text.length);
          expect(gift.parse(short).map((each) => expand(each, runs))).toEqual(gift.parse(text));
        },
      ),
      { numRuns: 200 },
    );
  });
});
