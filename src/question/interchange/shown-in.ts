import { escapeHtml, stripTags } from '../html.js';
import { LIMITS } from '../question.limits.js';
import type { PromptFormat } from '../question.types.js';

/** What is longer is refused whatever it says, and not worth translating. In characters. */
const LONGEST = 2 * LIMITS.promptLength;

/**
 * A text of a file as a question shows it; undefined if there is none. Moodle lets every text of a question choose its
 * format; ours have the prompt's, so the odd ones are translated. Markdown may hold HTML, which is sanitised there, too.
 */
export function shownIn(target: PromptFormat, text: string, format: PromptFormat): string | undefined {
  if (text === '') return undefined;
  if (text.length > LONGEST || (format === 'html') === (target === 'html')) return text;
  if (target === 'html') return escapeHtml(text);
  return target === 'markdown' ? text : stripTags(text);
}
