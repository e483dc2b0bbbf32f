import type { PromptFormat } from '../question.types.js';
import { shownIn } from '../interchange/shown-in.js';
import type { Element } from './question-finder.js';

export const child = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((each) => each.name === name);

export const childrenOf = (element: Element, name: string): Element[] =>
  element.children.filter((each) => each.name === name);

/** The text of `<name><text>…</text></name>`, or of `<name>…</name>`. */
export function textIn(element: Element | undefined): string {
  return (child(element, 'text') ?? element)?.text.trim() ?? '';
}

export const textOf = (element: Element, name: string): string => textIn(child(element, name));

/** Moodle's formats: `moodle_auto_format` and `plain_text` are text with line breaks; HTML is what it means by none. */
export function formatOf(element: Element | undefined): PromptFormat {
  const format = element?.attributes['format'] ?? 'html';
  if (format === 'html' || format === 'markdown') return format;
  return 'plain';
}

/** Shows a text in the question's one format; undefined if there is none. */
export type Show = (element: Element | undefined) => string | undefined;

/** Shows texts in a question's one format. */
export const showIn =
  (target: PromptFormat): Show =>
  (element) =>
    shownIn(target, textIn(element), formatOf(element));

/** Whether an element or one below it holds a file, such as a picture. */
export const holdsFile = (element: Element): boolean =>
  element.children.some((each) => each.name === 'file' || holdsFile(each));
