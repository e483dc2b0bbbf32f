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

/** What htmlparser2 tells of where it is; it must stop when it is told to pause. */
interface Position {
  startIndex: number;
  endIndex: number;
  pause: () => void;
}

/** The file, and where in it the parser began. */
interface Source {
  text: string;
  from: number;
  /** The line of an offset in the text; offsets must not go back. */
  lineAt: (offset: number) => number;
}

/** Of one question: enough for every question the rules for authors allow. */
const MAX_TEXT = 256 * 1024;
const MAX_ELEMENTS = 2_000;
const MAX_DEPTH = 20;

/** Hears from the parser, and makes questions of it. */
export class QuestionFinder {
  /** Where the parser was told to stop: from here on, or from the next question after it, another has to go on. */
  lostAt: number | undefined;
  private position: Position = { startIndex: 0, endIndex: 0, pause: () => undefined };
  private found: XmlQuestion[] = [];
  private open: XmlQuestion | undefined;
  private path: Element[] = [];
  private depth = 0;
  private count = 0;
  private length = 0;

  constructor(private readonly source: Source) {}

  follow(parser: Position): void {
    this.position = parser;
  }

  onopentag(name: string, attributes: Record<string, string>): void {
    if (this.lostAt !== undefined) return;
    this.depth += 1;
    const element = elementOf(name, attributes);
    if (name === 'question' && this.open) this.lose(this.place(), 'it is never closed');
    else if (name === 'question') this.begin(element);
    else if (this.depth > MAX_DEPTH) this.loseAll();
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
    if (this.lostAt !== undefined) return;
    this.depth -= 1;
    if (!this.open) return;
    // The parser calls the end of `<a/>` implied, too.
    const isOfItself = this.source.text[this.source.from + this.position.endIndex - 1] === '/';
    if (isImplied && !isOfItself) this.open.problem ??= `<${name}> is never closed`;
    if (this.path.at(-1)?.name === name) this.path.pop();
    if (name === 'question') this.finish();
  }

  onprocessinginstruction(name: string): void {
    if (!name.toLowerCase().startsWith('!doctype')) return;
    this.report('doctype', 'a document type is not read: nothing in it counts');
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
    this.open = { line: this.line(), element };
    this.path = [element];
    [this.count, this.length] = [0, 0];
  }

  private nest(element: Element): void {
    this.count += 1;
    if (this.count > MAX_ELEMENTS && this.open) this.open.problem ??= TOO_MANY;
    else this.path.at(-1)?.children.push(element);
    this.path.push(element);
  }

  private finish(problem?: string): void {
    if (!this.open) return;
    if (problem !== undefined) this.open.problem ??= problem;
    this.found.push(this.open);
    this.open = undefined;
    this.path = [];
  }

  /** Of elements within elements the question is lost, or else what stands between questions. */
  private loseAll(): void {
    if (!this.open)
      this.report(
        '',
        `elements stand in each other deeper than ${MAX_DEPTH}; what follows counts from the next question on`,
      );
    this.lose(this.place() + 1, TOO_MANY);
  }

  private lose(at: number, problem: string): void {
    this.finish(problem);
    this.lostAt = at;
    this.position.pause();
  }

  private report(name: string, problem: string): void {
    this.found.push({ line: this.line(), element: elementOf(name), problem });
  }

  /** Where the present tag begins. */
  private place(): number {
    return this.source.from + this.position.startIndex;
  }

  private line(): number {
    return this.source.lineAt(this.place());
  }
}

const TOO_MANY = 'it holds more elements than any question has';

export const elementOf = (name: string, attributes: Record<string, string> = {}): Element => ({
  name,
  attributes,
  children: [],
  text: '',
});
