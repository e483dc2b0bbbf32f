import { atOnce, inTurns } from '../../common/in-turns.js';
import { hasLostPicture, sanitise } from '../html.js';
import { losesPicture, sanitiseMarkdown } from '../markdown/sanitise-markdown.js';
import { LIMITS } from '../question.limits.js';
import type { Rule } from './rule.validators.js';
import { type ShownText, shownTexts } from './shown-texts.js';

/** What is longer is refused anyway, and not worth the sanitiser's time. */
const LONGEST = 2 * LIMITS.promptLength;

/** What is done to texts in a format that may hold HTML, and what tells of a picture that was lost by it. */
const MARKUP = new Map<
  unknown,
  { clean: (text: string) => string; hasLostPicture: (text: string) => boolean }
>([
  ['html', { clean: sanitise, hasLostPicture }],
  ['markdown', { clean: sanitiseMarkdown, hasLostPicture: losesPicture }],
]);

const markupOf = (question: object) =>
  MARKUP.get('promptFormat' in question ? question.promptFormat : undefined);

/** Questions as they were sent that are clean already. */
const cleanOnes = new WeakSet<object>();

/** Sanitises, in place, every text that is shown of a question in HTML or Markdown. */
export function sanitiseShownTexts(question: object): void {
  atOnce(sanitising(question));
}

/**
 * The same for the questions of a request before they are judged, while others have their turn: 5 MB of HTML take
 * seconds.
 * @param questions what should be a list of them
 */
export async function sanitiseGently(questions: unknown): Promise<void> {
  if (Array.isArray(questions)) await inTurns(sanitisingAll(questions.slice(0, LIMITS.questionsPerQuiz + 1)));
}

function* sanitisingAll(questions: readonly unknown[]): Generator<ShownText, void> {
  for (const question of questions) {
    if (!(question instanceof Object)) continue;
    yield* sanitising(question);
    cleanOnes.add(question);
  }
}

/** Whether `sanitiseGently` had it. */
export const isClean = (question: unknown): boolean => question instanceof Object && cleanOnes.has(question);

function* sanitising(question: object): Generator<ShownText, void> {
  const markup = markupOf(question);
  if (!markup) return;
  for (const shown of shownTexts(question)) {
    if (shown.text.length <= LONGEST) shown.replace(markup.clean(shown.text));
    yield shown;
  }
}

/** A picture whose address the sanitiser took is nothing to a learner, and its author should know. */
export const picturesAreFound: Rule = (_prompt, question) => {
  const markup = markupOf(question);
  for (const { path, text } of markup ? shownTexts(question) : [])
    if (markup?.hasLostPicture(text))
      return `the picture in ${path} needs an address that begins with https://`;
  return null;
};
