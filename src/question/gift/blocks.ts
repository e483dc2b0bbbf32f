import { numberedLines } from '../interchange/numbered-lines.js';
import { type Remarks, remarksIn, wholeQuestionIn } from './remarks.js';

/** One question of a GIFT file, as text. */
export interface Block {
  /** Without comments and blank lines. */
  text: string;
  /** For each line of `text` its number in the file, from 1. */
  lines: number[];
  /** The latest `$CATEGORY:` before it; '' where there is none. */
  category: string;
  /** What the comment right above it says. */
  remarks: Remarks;
  /** Whether `text` is not GIFT but the JSON of a whole question. */
  isWhole: boolean;
}

interface Chunk extends Block {
  /** Its unescaped braces in order, such as `{}`. */
  braces: string;
}

/** No question is longer; this bounds the parser's work on a hostile file. In characters. */
export const MAX_BLOCK_LENGTH = 64 * 1024;

/**
 * Cuts a GIFT file into its questions. Blank lines part them, `//` lines are comments, `$CATEGORY:` lines name what follows.
 * A blank line inside braces does not part, unless the brace is never closed: then only that question is lost, not the rest.
 * @param limit stop after so many questions
 */
export function* blocks(text: string, limit: number): Generator<Block> {
  const list = [...chunks(text, limit)];
  for (let at = 0; at < list.length;) {
    const count = isOpen(list[at]) ? lengthUntilClosed(list, at) : 1;
    yield joined(list.slice(at, at + count));
    at += count;
  }
}

function* chunks(text: string, limit: number): Generator<Chunk> {
  let open = emptyChunk('');
  let found = 0;
  for (const [number, line] of numberedLines(text)) {
    const words = line.trim();
    const whole = words.startsWith('//') ? wholeQuestionIn(words) : undefined;
    if (words.startsWith('//') && whole === undefined) {
      if (open.lines.length === 0) Object.assign(open.remarks, remarksIn(words));
      continue;
    }
    const isCategory = words.startsWith('$CATEGORY:');
    const ends = words === '' || isCategory || whole !== undefined;
    if (ends && open.lines.length > 0) {
      yield finished(open);
      found += 1;
      if (found >= limit) return;
    }
    const category = isCategory ? words.slice('$CATEGORY:'.length).trim() : open.category;
    if (ends) open = emptyChunk(category);
    if (whole !== undefined) {
      yield { category, text: whole, lines: [number], braces: '', remarks: {}, isWhole: true };
      found += 1;
      if (found >= limit) return;
    } else if (!ends) addLine(open, line, number);
  }
  if (open.lines.length > 0) yield finished(open);
}

interface OpenChunk {
  category: string;
  parts: string[];
  lines: number[];
  remarks: Remarks;
}

const emptyChunk = (category: string): OpenChunk => ({
  category,
  parts: [],
  lines: [],
  remarks: {},
});

function addLine(chunk: OpenChunk, line: string, number: number): void {
  chunk.parts.push(line);
  chunk.lines.push(number);
}

function finished({ parts, ...rest }: OpenChunk): Chunk {
  const text = parts.join('\n');
  return { ...rest, text, braces: text.replace(/\\[^]|[^{}]/g, ''), isWhole: false };
}

const isOpen = (chunk: Chunk | undefined): boolean => chunk?.braces.endsWith('{') ?? false;

/** How many chunks from `start` on make one question; 1 when its brace is not closed before the next question begins. */
function lengthUntilClosed(list: Chunk[], start: number): number {
  const first = list[start];
  let length = first?.text.length ?? 0;
  for (let at = start + 1; at < list.length; at += 1) {
    const next = list[at];
    if (!next || next.isWhole || next.category !== first?.category || next.text.trimStart().startsWith('::'))
      return 1;
    length += next.text.length;
    if (next.braces.startsWith('{') || length > MAX_BLOCK_LENGTH) return 1;
    if (next.braces.startsWith('}')) return at - start + 1;
  }
  return 1;
}

function joined(parts: Chunk[]): Block {
  return {
    text: parts.map(({ text }) => text).join('\n'),
    lines: parts.flatMap(({ lines }) => lines),
    category: parts[0]?.category ?? '',
    remarks: parts[0]?.remarks ?? {},
    isWhole: parts[0]?.isWhole ?? false,
  };
}
