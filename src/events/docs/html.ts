import { escapeHtml } from '../../common/escape-html.js';

/** HTML that may stand as it is. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | Html | readonly Html[];

/** A template whose values are escaped, save those that are HTML already. */
export const html = (fixed: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(fixed.map((text, index) => text + rendered(parts[index] ?? '')).join(''));

/** Text with the Markdown of descriptions: paragraphs, bold and code. */
export const markdown = (text: string): Html[] =>
  text.split('\n\n').map((paragraph) => html`<p>${inline(paragraph)}</p>`);

export const inline = (text: string): Html =>
  new Html(
    escapeHtml(text)
      .replace(/`([^`]+)`/g, '<code>$1</code>')
      .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>'),
  );

function rendered(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  return part instanceof Html ? part.text : part.map(({ text }) => text).join('');
}
