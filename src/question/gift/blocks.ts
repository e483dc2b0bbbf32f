import { numberedLines } from '../interchange/numbered-lines.js';
import { type Finds, READING } from '../interchange/reading.js';
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
 */
export function* blocks(text: string): Finds<Block> {
  let open: OpenBlock | undefined;
  for (const chunk of chunks(text)) {
    if (chunk === READING) {
      yield READING;
    } else if (open && mayBelongTo(open, chunk)) {
      add(open, chunk);
      if (chunk.braces === '') continue;
      yield joined(open.parts);
      open = undefined;
    } else {
      if (open) yield* open.parts;
      open = chunk.braces.endsWith('{') ? { parts: [chunk], length: chunk.text.length } : undefined;
      if (!open) yield chunk;
    }
  }
  if (open) yield* open.parts;
}

/** A chunk whose brace is open, and those without braces after it. */
interface OpenBlock {
  parts: Chunk[];
  length: number;
}

/** Whether a chunk goes on with, or closes, what is open; not where the next question begins. */
function mayBelongTo({ parts: [first], length }: OpenBlock, next: Chunk): boolean {
  if (next.isWhole || next.category !== first?.category || next.text.trimStart().startsWith('::'))
    return false;
  return length + next.text.length <= MAX_BLOCK_LENGTH && !next.braces.startsWith('{');
}

function add(open: OpenBlock, chunk: Chunk): void {
  open.parts.push(chunk);
  open.length += chunk.text.length;
}

function* chunks(text: string): Finds<Chunk> {
  let open = emptyChunk('');
  for (const numbered of numberedLines(text)) {
    if (numbered === READING) {
      yield READING;
      continue;
    }
    const [number, line] = numbered;
    const words = line.trim();
    const whole = words.startsWith('//') ? wholeQuestionIn(words) : undefined;
    if (words.startsWith('//') && whole === undefined) {
      if (open.lines.length === 0) Object.assign(open.remarks, remarksIn(words));
      continue;
    }
    const isCategory = words.startsWith('$CATEGORY:');
    const ends = words === '' || isCategory || whole !== undefined;
    if (ends && open.lines.length > 0) yield finished(open);
    const category = isCategory ? words.slice('$CATEGORY:'.length).trim() : open.category;
    if (ends) open = emptyChunk(category);
    if (whole !== undefined) {
      yield { category, text: whole, lines: [number], braces: '', remarks: {}, isWhole: true };
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
  // What is too long is lost, whatever its braces are.
  const braces = text.length > MAX_BLOCK_LENGTH ? '' : text.replace(/\\[^]?|[^{}\\]+/g, '');
  return { ...rest, text, braces, isWhole: false };
}

function joined(parts: readonly Chunk[]): Block {
  return {
    text: parts.map(({ text }) => text).join('\n'),
    lines: parts.flatMap(({ lines }) => lines),
    category: parts[0]?.category ?? '',
    remarks: parts[0]?.remarks ?? {},
    isWhole: parts[0]?.isWhole ?? false,
  };
}
