import { angleAt } from './tags.js';

/** A part of a Markdown text; code is what every reader shows as it is. */
export interface Part {
  text: string;
  isCode: boolean;
}

/** What stands before the content of a line in quotes and lists. */
const PREFIX = '[\\s>*+\\-\\d.)]*';
const BLANK = /^\s*$/;
const FENCE = /^( {0,12})(`{3,}(?=[^`]*$)|~{3,})/;
const FENCE_SOMEWHERE = new RegExp(`^${PREFIX}(?:\`{3,}(?=[^\`]*$)|~{3,})`);
const ANGLE_FIRST = new RegExp(`^${PREFIX}(?=<[A-Za-z/!?])`);
/** An address that some readers make a link of, with all that stands at it. */
const BARE_LINK = /(?:https?:\/\/|ftp:\/\/|www\.)[^\s<]*/iy;
/** Of what the sanitiser leaves, the one tag whose HTML does not end with a blank line (CommonMark, section 4.6). */
const LONG_HTML = /<pre(?![\w-])/i;

/**
 * Cuts a Markdown text, with line ends `\n`, into parts. Readers differ in how they find code, and what one of them takes
 * for code another may take for HTML. Code is therefore only what is code however lines belong together: fenced blocks
 * that are closed as they are opened, and spans in paragraphs of which each line closes its own backticks.
 */
export function parts(text: string): Part[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const list: Part[] = [];
  for (let at = 0; at < lines.length;) {
    const end = endOfParagraph(lines, at);
    const paragraph = lines.slice(at, end);
    const spans = spansOf(paragraph);
    const cut = partsOf(paragraph, spans);
    list.push(...cut);
    if (cut.some(({ isCode, text: part }) => !isCode && LONG_HTML.test(part)))
      return [...list, rest(lines, end)];
    at = end;
    if (BLANK.test(lines[at] ?? '')) {
      list.push({ text: lines[at] ?? '', isCode: false });
      at += 1;
    } else {
      const after = spans ? endOfFence(lines, at, paragraph.length > 0) : undefined;
      if (after === undefined) return [...list, rest(lines, at)];
      list.push({ text: lines.slice(at, after).join(''), isCode: true });
      at = after;
    }
  }
  return list;
}

const rest = (lines: readonly string[], from: number): Part => ({
  text: lines.slice(from).join(''),
  isCode: false,
});

/** The next line that is blank or a fence. */
function endOfParagraph(lines: readonly string[], from: number): number {
  let end = from;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    if (BLANK.test(line) || FENCE_SOMEWHERE.test(line)) break;
  }
  return end;
}

/**
 * The line after the fence that closes the one at `at`; undefined where a list or quote might end before it, and the
 * code with it, or where deep in a paragraph there is no fence.
 */
function endOfFence(lines: readonly string[], at: number, isInParagraph: boolean): number | undefined {
  const [, indent = '', fence = ''] = FENCE.exec(lines[at] ?? '') ?? [];
  if (fence === '' || (isInParagraph && indent.length > 3)) return undefined;
  const closing = new RegExp(`^${indent} {0,3}${fence[0] ?? ''}{${fence.length},}[ \\t]*\\n?$`);
  for (let next = at + 1; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    if (closing.test(line)) return next + 1;
    if (!line.startsWith(indent) && !BLANK.test(line)) return undefined;
  }
  return undefined;
}

/** The code spans of each line of a paragraph; undefined where one line may change what another means. */
function spansOf(paragraph: readonly string[]): Span[][] | undefined {
  const spans = paragraph.map((line) => (beginsHtml(line) ? undefined : codeSpans(line)));
  return spans.every((each) => each !== undefined) ? spans : undefined;
}

function partsOf(paragraph: readonly string[], spans: readonly Span[][] | undefined): Part[] {
  if (!spans) return [rest(paragraph, 0)];
  return paragraph.flatMap((line, at) => {
    const list: Part[] = [];
    let done = 0;
    for (const [start, end] of spans[at] ?? []) {
      list.push(
        { text: line.slice(done, start), isCode: false },
        { text: line.slice(start, end), isCode: true },
      );
      done = end;
    }
    return [...list, { text: line.slice(done), isCode: false }];
  });
}

function beginsHtml(line: string): boolean {
  const prefix = ANGLE_FIRST.exec(line)?.[0];
  if (prefix === undefined) return false;
  const angle = angleAt(line, prefix.length);
  return typeof angle === 'string' || angle.kind !== 'autolink';
}

/** Where code begins and ends in a line. */
type Span = [number, number];

/** The code spans of a line; undefined where a backtick or a tag goes on in another line, or might. */
function codeSpans(line: string): Span[] | undefined {
  const spans: Span[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') {
      if (line[at + 1] === '`') return undefined;
      at += 1;
    } else if (line[at] === '<') {
      const angle = angleAt(line, at);
      if (angle === 'broken') return undefined;
      if (angle === 'nothing') continue;
      if (angle.text.includes('`')) return undefined;
      at += angle.text.length - 1;
    } else if (line[at] === '`') {
      const end = endOfSpan(line, at);
      if (end === undefined) return undefined;
      // A cell of a table ends in the middle of code.
      if (!line.slice(at, end).includes('|')) spans.push([at, end]);
      at = end - 1;
    } else {
      const link = bareLinkAt(line, at);
      if (link.includes('`')) return undefined;
      at += Math.max(0, link.length - 1);
    }
  }
  return spans;
}

function bareLinkAt(line: string, at: number): string {
  BARE_LINK.lastIndex = at;
  return BARE_LINK.exec(line)?.[0] ?? '';
}

/** After the next run of as many backticks as begin at `at`. */
function endOfSpan(line: string, at: number): number | undefined {
  const runs = /`+/g;
  runs.lastIndex = at;
  const length = runs.exec(line)?.[0].length;
  for (let run = runs.exec(line); run; run = runs.exec(line))
    if (run[0].length === length) return runs.lastIndex;
  return undefined;
}
