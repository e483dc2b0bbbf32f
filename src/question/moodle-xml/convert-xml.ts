import type { AcceptedNumber, QuestionType } from '../question.types.js';
import { escapeHtml } from '../html.js';
import { creditOfPercent } from '../interchange/percent.js';
import { child, childrenOf, formatOf, holdsFile, type Show, showIn, textIn, textOf } from './elements.js';
import type { Element } from './question-finder.js';

/** A question as an author of ours would write it, still to be judged, or the reason why it cannot be. */
export type XmlConversion = { candidate: object } | { reason: string };

type Parts = Record<string, unknown> & { type: QuestionType };

/** What Moodle calls each of our types. */
const CONVERTERS: Record<string, (question: Element, show: Show) => Parts | { reason: string }> = {
  multichoice,
  truefalse: trueFalse,
  shortanswer: (question, show) => ({
    type: 'short_text',
    caseSensitive: textOf(question, 'usecase') === '1',
    accepted: childrenOf(question, 'answer').map((answer) => ({
      text: textIn(answer),
      credit: creditOf(answer),
      feedback: show(child(answer, 'feedback')),
    })),
  }),
  numerical,
  matching,
  ordering: (question, show) => ({
    type: 'ordering',
    items: childrenOf(question, 'answer')
      .toSorted((a, b) => fraction(a) - fraction(b))
      .map((answer) => show(answer) ?? ''),
  }),
};
const UNGRADED: Record<string, string> = {
  description: 'a description is not a question',
  essay: 'essay questions cannot be graded automatically',
};

/**
 * Maps a Moodle XML question to our types. `defaultgrade` becomes whole points, at least 1; `penalty`, `shuffleanswers`,
 * hints, tags and combined feedback have no counterpart and are left out.
 * @see https://docs.moodle.org/en/Moodle_XML_format
 */
export function convertXml(question: Element): XmlConversion {
  const kind = question.attributes['type'] ?? '';
  const ungraded = Object.hasOwn(UNGRADED, kind) ? UNGRADED[kind] : undefined;
  if (ungraded !== undefined) return { reason: ungraded };
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined;
  if (!convert) return { reason: `questions of the type "${kind}" are not known here` };
  if (holdsFile(question)) return { reason: 'it holds files, such as pictures, which are not taken over' };
  const prompt = child(question, 'questiontext');
  const promptFormat = formatOf(prompt);
  const show = showIn(promptFormat);
  const parts = convert(question, show);
  if ('reason' in parts) return { reason: String(parts.reason) };
  const points = pointsOf(question);
  const explanation = show(child(question, 'generalfeedback'));
  return { candidate: { ...parts, prompt: textIn(prompt), promptFormat, points, explanation } };
}

function pointsOf(question: Element): number {
  const grade = Number(textOf(question, 'defaultgrade') || 1);
  return Number.isFinite(grade) ? Math.max(1, Math.round(grade)) : NaN;
}

function multichoice(question: Element, show: Show): Parts {
  const single = textOf(question, 'single');
  return {
    type: single === 'false' || single === '0' ? 'multiple_choice' : 'single_choice',
    options: childrenOf(question, 'answer').map((answer) => ({
      text: show(answer) ?? '',
      credit: creditOf(answer),
      feedback: show(child(answer, 'feedback')),
    })),
  };
}

function trueFalse(question: Element, show: Show): Parts | { reason: string } {
  const answers = childrenOf(question, 'answer');
  const right = answers.find((answer) => fraction(answer) > 0);
  const wrong = answers.find((answer) => answer !== right);
  const word = textIn(right).toLowerCase();
  if (word !== 'true' && word !== 'false') return { reason: 'neither true nor false is the right answer' };
  const feedback = { right: show(child(right, 'feedback')), wrong: show(child(wrong, 'feedback')) };
  const told = feedback.right ?? feedback.wrong;
  return { type: 'true_false', correct: word === 'true', ...(told ? { feedback } : {}) };
}

function numerical(question: Element, show: Show): Parts | { reason: string } {
  if (Number(textOf(question, 'unitgradingtype') || 0) > 0) return { reason: 'units cannot be graded' };
  const answers = childrenOf(question, 'answer');
  // `*` speaks to all other answers; there is nothing to accept.
  const numbers = answers.filter((answer) => textIn(answer) !== '*');
  return {
    type: 'numeric',
    accepted: numbers.map((answer): AcceptedNumber => ({
      value: decimal(textIn(answer)),
      tolerance: decimal(textOf(answer, 'tolerance') || '0'),
      credit: creditOf(answer),
      feedback: show(child(answer, 'feedback')),
    })),
  };
}

function matching(question: Element, show: Show): Parts {
  const html = formatOf(child(question, 'questiontext')) === 'html';
  const all = childrenOf(question, 'subquestion').map((each) => {
    const right = textOf(each, 'answer');
    return { left: show(each), right: html ? escapeHtml(right) : right };
  });
  const pairs = all.filter(({ left }) => left !== undefined);
  const distractors = all.filter(({ left }) => left === undefined).map(({ right }) => right);
  return { type: 'matching', pairs, ...(distractors.length > 0 ? { distractors } : {}) };
}

const fraction = (answer: Element): number => Number(answer.attributes['fraction'] ?? 0);

const creditOf = (answer: Element): number => creditOfPercent(fraction(answer));

/** A number in digits; NaN, which the rules refuse, for anything else. */
const decimal = (text: string): number =>
  /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
