import type { FormatType, TextFormat } from 'gift-pegjs';
import { escapeHtml, stripTags } from '../html.js';
import type { PromptFormat } from '../question.types.js';

/** A text in the question's one format; undefined if there is none. */
export type ShowText = (text: TextFormat | null) => string | undefined;

/** Moodle's own automatic format is text with line breaks: plain. */
export const promptFormatOf = (format: FormatType): PromptFormat => (format === 'moodle' ? 'plain' : format);

/** GIFT lets every text choose its format; ours have the prompt's, so the odd ones are translated. */
export function showIn(target: PromptFormat): ShowText {
  return (text) => {
    if (!text || text.text === '') return undefined;
    const isHtml = text.format === 'html';
    if (isHtml === (target === 'html')) return text.text;
    return isHtml ? stripTags(text.text) : escapeHtml(text.text);
  };
}
