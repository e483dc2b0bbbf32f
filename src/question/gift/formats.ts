import type { FormatType, TextFormat } from 'gift-pegjs';
import { shownIn } from '../interchange/shown-in.js';
import type { PromptFormat } from '../question.types.js';

/** A text in the question's one format; undefined if there is none. */
export type ShowText = (text: TextFormat | null) => string | undefined;

/** Moodle's own automatic format is text with line breaks: plain. */
export const promptFormatOf = (format: FormatType): PromptFormat => (format === 'moodle' ? 'plain' : format);

/** Shows texts in a question's one format. */
export const showIn =
  (target: PromptFormat): ShowText =>
  (text) =>
    text ? shownIn(target, text.text, promptFormatOf(text.format)) : undefined;
