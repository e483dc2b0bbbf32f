import { hasLostPicture, sanitise } from '../html.js';
import { losesPicture, sanitiseMarkdown } from '../markdown/sanitise-markdown.js';
import { LIMITS } from '../question.limits.js';
import type { Rule } from './rule.validators.js';
import { shownTexts } from './shown-texts.js';

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

/** Sanitises, in place, every text that is shown of a question in HTML or Markdown. */
export function sanitiseShownTexts(question: object): void {
  const markup = markupOf(question);
  if (!markup) return;
  for (const { text, replace } of shownTexts(question))
    if (text.length <= LONGEST) replace(markup.clean(text));
}

/** A picture whose address the sanitiser took is nothing to a learner, and its author should know. */
export const picturesAreFound: Rule = (_prompt, question) => {
  const markup = markupOf(question);
  for (const { path, text } of markup ? shownTexts(question) : [])
    if (markup?.hasLostPicture(text))
      return `the picture in ${path} needs an address that begins with https://`;
  return null;
};
