import { Parser } from 'htmlparser2';

/** An element of a question, as small as it can be. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Its own text, entities and CDATA resolved. */
  text: string;
}

/** A `<question>` of the file, or why it could not be read. */
export interface XmlQuestion {
  /** Where it begins, from 1. */
  line: number;
  element: Element;
  problem?: string;
}

/** Of one question: enough for every question the rules for authors allow. */
const MAX_TEXT = 256 * 1024;
const MAX_ELEMENTS = 2_000;
const MAX_DEPTH = 20;
const SLICE = 16 * 1024;

/**
 * Finds the questions of a Moodle XML file one after the other, with one question in memory at a time. The parser knows
 * the five entities of XML and numbers: it reads no document type, defines no entity and fetches nothing.
 */
export function* xmlQuestions(text: string): Generator<XmlQuestion> {
  const finder = new QuestionFinder(text);
  const parser = new Parser(finder, { xmlMode: true, decodeEntities: true });
  finder.position = () => parser;
  for (let at = 0; at < text.length; at += SLICE) {
    parser.write(text.slice(at, at + SLICE));
    yield* finder.take();
  }
  parser.end();
  yield* finder.takeAll();
}

class QuestionFinder {
  /** Where in the text the parser's present tag begins and ends. */
  position: () => { startIndex: number; endIndex: number } = () => ({ startIndex: 0, endIndex: 0 });
  private found: XmlQuestion[] = [];
  private open: XmlQuestion | undefined;
  private path: Element[] = [];
  private count = 0;
  private length = 0;
  private counted = { line: 1, offset: 0 };

  constructor(private readonly text: string) {}

  onopentag(name: string, attributes: Record<string, string>): void {
    const element: Element = { name, attributes, children: [], text: '' };
    if (name === 'question') this.begin(element);
    else if (this.open) this.nest(element);
  }

  ontext(text: string): void {
    const inner = this.path.at(-1);
    if (!this.open || !inner) return;
    this.length += text.length;
    if (this.length > MAX_TEXT) this.open.problem ??= `the question is longer than ${MAX_TEXT} characters`;
    else inner.text += text;
  }

  onclosetag(name: string, isImplied: boolean): void {
    if (!this.open) return;
    // The parser calls the end of `<a/>` implied, too.
    const isOfItself = this.text[this.position().endIndex - 1] === '/';
    if (isImplied && !isOfItself) this.open.problem ??= `<${name}> is never closed`;
    if (this.path.at(-1)?.name === name) this.path.pop();
    if (name === 'question') this.finish();
  }

  onprocessinginstruction(name: string): void {
    if (!name.toLowerCase().startsWith('!doctype')) return;
    const element: Element = { name: 'doctype', attributes: {}, children: [], text: '' };
    const problem = 'a document type is not read: nothing in it counts';
    this.found.push({ line: this.line(), element, problem });
  }

  /** What is whole by now. */
  take(): XmlQuestion[] {
    return this.found.splice(0);
  }

  takeAll(): XmlQuestion[] {
    if (this.open) this.finish('it is never closed');
    return this.take();
  }

  private begin(element: Element): void {
    if (this.open) this.finish('it is never closed');
    this.open = { line: this.line(), element };
    this.path = [element];
    [this.count, this.length] = [0, 0];
  }

  private nest(element: Element): void {
    if (!this.open) return;
    this.count += 1;
    if (this.count > MAX_ELEMENTS || this.path.length >= MAX_DEPTH)
      this.open.problem ??= 'it holds more elements than any question has';
    else this.path.at(-1)?.children.push(element);
    this.path.push(element);
    if (this.path.length > MAX_DEPTH) this.path.length = MAX_DEPTH;
  }

  private finish(problem?: string): void {
    if (!this.open) return;
    if (problem !== undefined) this.open.problem ??= problem;
    this.found.push(this.open);
    this.open = undefined;
    this.path = [];
  }

  /** Where the parser is; each line break is counted once. */
  private line(): number {
    const end = this.position().startIndex;
    for (; this.counted.offset < end; this.counted.offset += 1)
      if (this.text.charCodeAt(this.counted.offset) === 10) this.counted.line += 1;
    return this.counted.line;
  }
}
