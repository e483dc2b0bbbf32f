import type { AcceptedNumber, AuthoredMatching, ChoiceOption, TrueFalseFeedback } from '../question.types.js';
import type { PlainQuestion } from '../interchange/plain-question.js';
import { stripTags } from '../html.js';
import { percentOf, plainDecimal } from './decimals.js';
import { escapeGift } from './escapes.js';
import { remarkLine } from './remarks.js';

/** One question in GIFT with the blank line's end of its own; undefined for a type GIFT does not have. */
export function writeQuestion(question: PlainQuestion): string | undefined {
  const answers = answersOf(question);
  if (answers === undefined) return undefined;
  const { prompt, promptFormat, points, explanation } = question;
  const remarks = remarkLine({
    points,
    ...(question.type === 'short_text' && question.caseSensitive ? { caseSensitive: true } : {}),
    ...(question.type === 'multiple_choice' && question.options.some(({ credit }) => credit === 1)
      ? { type: 'multiple_choice' }
      : {}),
  });
  const after = explanation === undefined ? '' : `\n\t####${escapeGift(explanation)}`;
  return `${remarks}[${promptFormat}]${escapeGift(prompt)} {${answers}${after}\n}\n`;
}

function answersOf(question: PlainQuestion): string | undefined {
  switch (question.type) {
    case 'single_choice':
      return lines(question.options.map(singleOption));
    case 'multiple_choice':
      return lines(
        question.options.map((option) => `~${weight(option.credit, 0, option.text)}${withFeedback(option)}`),
      );
    case 'true_false':
      return (question.correct ? 'TRUE' : 'FALSE') + feedbackPair(question.feedback);
    case 'short_text':
      return lines(
        question.accepted.map((each) => `=${weight(each.credit ?? 1, 1, each.text)}${withFeedback(each)}`),
      );
    case 'numeric':
      return `#${lines(question.accepted.map((each) => `=${weight(each.credit ?? 1, 1)}${number(each)}`))}`;
    case 'matching':
      return lines(pairLines(question));
    case 'ordering':
      return undefined;
  }
}

const lines = (list: string[]): string => list.map((line) => `\n\t${line}`).join('');

/** In GIFT only right answers make a short answer: of several right options one has the `=`. */
function singleOption(option: ChoiceOption, at: number, all: ChoiceOption[]): string {
  const isFirstRight = all.findIndex(({ credit }) => credit === 1) === at;
  return (
    (isFirstRight ? `=${weight(1, 1, option.text)}` : `~${weight(option.credit, 0, option.text)}`) +
    withFeedback(option)
  );
}

/** What a credit is written as; always, where the text begins as a weight does. */
const weight = (credit: number, usual: number, text = ''): string =>
  credit === usual && !text.startsWith('%') ? '' : `%${percentOf(credit)}%`;

const withFeedback = ({ text, feedback }: { text: string; feedback?: string }): string =>
  escapeGift(text) + told(feedback);

function number({ value, tolerance = 0, min = 0, max = 0, feedback }: AcceptedNumber): string {
  const range =
    value === undefined
      ? `${plainDecimal(min)}..${plainDecimal(max)}`
      : `${plainDecimal(value)}:${plainDecimal(tolerance)}`;
  return range + told(feedback);
}

const told = (feedback: string | undefined): string =>
  feedback === undefined ? '' : `#${escapeGift(feedback)}`;

/** First what is said to the wrong answer, then to the right one. */
function feedbackPair({ wrong, right }: TrueFalseFeedback = {}): string {
  if (right === undefined) return told(wrong);
  return `#${wrong === undefined ? '' : escapeGift(wrong)}#${escapeGift(right)}`;
}

/** The right side has no format in GIFT: it is plain even in an HTML question. */
function pairLines({ pairs, distractors = [], promptFormat }: AuthoredMatching): string[] {
  const right = (text: string) => escapeGift(promptFormat === 'html' ? stripTags(text) : text);
  return [
    ...pairs.map((pair) => `=${escapeGift(pair.left)} -> ${right(pair.right)}`),
    ...distractors.map((text) => `= -> ${right(text)}`),
  ];
}
