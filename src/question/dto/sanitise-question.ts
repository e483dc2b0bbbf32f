import { sanitise } from '../html.js';
import { sanitiseMarkdown } from '../markdown/sanitise-markdown.js';
import { LIMITS } from '../question.limits.js';
import { shownTexts } from './shown-texts.js';

/** What is longer is refused anyway, and not worth the sanitiser's time. */
const LONGEST = 2 * LIMITS.promptLength;

/** What is done to texts in a format that may hold HTML. */
const SANITISERS = new Map<unknown, (text: string) => string>([
  ['html', sanitise],
  ['markdown', sanitiseMarkdown],
]);

/** Sanitises, in place, every text that is shown of a question in HTML or Markdown. */
export function sanitiseShownTexts(question: object): void {
  const clean = SANITISERS.get('promptFormat' in question ? question.promptFormat : undefined);
  if (!clean) return;
  for (const { text, replace } of shownTexts(question)) if (text.length <= LONGEST) replace(clean(text));
}
