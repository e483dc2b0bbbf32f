import type { GIFTQuestion, Match, NumericalChoice, TextChoice, TextFormat } from 'gift-pegjs';
import type { AcceptedNumber, AcceptedText, AuthoredQuestion, ChoiceOption } from '../question.types.js';
import { creditOfPercent } from '../interchange/percent.js';
import { unescapeGift } from './escapes.js';
import type { Remarks } from './remarks.js';
import { showIn, promptFormatOf, type ShowText } from './formats.js';

/** A question of the file as an author of ours would write it, or the reason why it cannot be. */
export type Conversion = { question: AuthoredQuestion } | { reason: string };

/** Maps what gift-pegjs read to our types, by Moodle's rules where GIFT leaves a choice. */
export function convert(parsed: GIFTQuestion, remarks: Remarks = {}): Conversion {
  if (parsed.type === 'Category') return { reason: 'a category is not a question' };
  if (parsed.type === 'Description')
    return { reason: 'it has no answers in braces: a description is not a question' };
  if (parsed.type === 'Essay') return { reason: 'essay questions cannot be graded automatically' };
  const promptFormat = promptFormatOf(parsed.stem.format);
  const show = showIn(promptFormat);
  const explanation = show(parsed.globalFeedback);
  const base = {
    prompt: promptOf(parsed.stem, parsed.hasEmbeddedAnswers),
    promptFormat,
    explanation,
    ...(remarks.points === undefined ? {} : { points: remarks.points }),
  };
  switch (parsed.type) {
    case 'TF': {
      // In GIFT the first feedback is for the wrong answer, the second for the right one.
      const feedback = { wrong: show(parsed.trueFeedback), right: show(parsed.falseFeedback) };
      const given = feedback.wrong ?? feedback.right;
      return {
        question: { type: 'true_false', ...base, correct: parsed.isTrue, ...(given ? { feedback } : {}) },
      };
    }
    case 'MC': {
      const options = parsed.choices.map((choice) => optionOf(choice, show));
      // With `=` or 100 % one answer is enough; else several shares make the whole (Moodle's "multiple answers").
      const usual = options.some(({ credit }) => credit === 1) ? 'single_choice' : 'multiple_choice';
      const type = remarks.type ?? usual;
      return { question: { type, ...base, options } };
    }
    case 'Short':
      return {
        question: {
          type: 'short_text',
          ...base,
          accepted: parsed.choices.map((choice) => textOf(choice, show)),
          ...(remarks.caseSensitive ? { caseSensitive: true } : {}),
        },
      };
    case 'Numerical': {
      const choices = Array.isArray(parsed.choices) ? parsed.choices : [];
      return {
        question: { type: 'numeric', ...base, accepted: choices.flatMap((choice) => numberOf(choice, show)) },
      };
    }
    case 'Matching':
      return { question: { type: 'matching', ...base, ...pairsOf(parsed.matchPairs, show) } };
  }
}

/** gift-pegjs writes "Two plus two equals _____ ." where the answers stood before a full stop. */
function promptOf({ text }: TextFormat, hasBlank: boolean): string {
  return hasBlank ? text.replace(/_____ (?=[.,;:!?)])/g, '_____').trim() : text;
}

const creditOf = ({ weight, isCorrect }: TextChoice | NumericalChoice): number =>
  weight === null ? Number(isCorrect) : creditOfPercent(weight);

function optionOf(choice: TextChoice, show: ShowText): ChoiceOption {
  return { text: show(choice.text) ?? '', credit: creditOf(choice), feedback: show(choice.feedback) };
}

function textOf(choice: TextChoice, show: ShowText): AcceptedText {
  return { text: choice.text.text, credit: creditOf(choice), feedback: show(choice.feedback) };
}

function numberOf(choice: NumericalChoice, show: ShowText): AcceptedNumber[] {
  const { type, number, range, numberLow, numberHigh } = choice.text;
  const rest = { credit: creditOf(choice), feedback: show(choice.feedback) };
  if (type === 'high-low') return [{ min: numberLow, max: numberHigh, ...rest }];
  // A wrong answer without a number (`~#Try again`) speaks to all other answers; there is nothing to accept.
  return number === undefined ? [] : [{ value: number, tolerance: range ?? 0, ...rest }];
}

function pairsOf(
  matches: Match[],
  show: ShowText,
): { pairs: { left: string; right: string }[]; distractors?: string[] } {
  const all = matches.map(({ subquestion, subanswer }) => ({
    left: show(subquestion) ?? '',
    // gift-pegjs leaves its own marks for escapes here and nowhere else.
    right:
      show({ format: 'plain', text: unescapeGift(subanswer.replace(/&&(\d{3});/g, escapeOfMark)) }) ?? '',
  }));
  const distractors = all.filter(({ left }) => left === '').map(({ right }) => right);
  return { pairs: all.filter(({ left }) => left !== ''), ...(distractors.length > 0 ? { distractors } : {}) };
}

const escapeOfMark = (_mark: string, code: string): string =>
  code === '010' ? '\n' : `\\${String.fromCharCode(Number(code))}`;
