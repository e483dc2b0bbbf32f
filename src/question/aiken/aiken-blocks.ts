import { numberedLines } from '../interchange/numbered-lines.js';
import { type Finds, READING } from '../interchange/reading.js';

/** The lines of one question of an Aiken file. */
export interface AikenBlock {
  /** Where it begins, from 1. */
  line: number;
  prompt: string[];
  options: { letter: string; text: string; line: number }[];
  answer?: string;
  /** What is wrong with one of its lines. */
  problem?: string;
}

// The rest of the line is whatever it is: `.*$` would try every number of spaces before a line separator.
const OPTION = /^([A-Z])[.)][ \t]+([^]*)/;
const ANSWER = /^ANSWER:\s*([^]*)/i;
/** More than any question may have: what follows adds nothing but work. */
const MAX_LINES = 1_000;

/** Cuts a file after each answer, and before a text that follows a blank line. */
export function* aikenBlocks(text: string): Finds<AikenBlock> {
  let open: AikenBlock | undefined;
  let afterBlank = false;
  for (const numbered of numberedLines(text)) {
    if (numbered === READING) {
      yield READING;
      continue;
    }
    const [line, raw] = numbered;
    const words = raw.trim();
    if (words === '') {
      afterBlank = true;
      continue;
    }
    const isText = !OPTION.test(words) && !ANSWER.test(words);
    if (open && isText && afterBlank) {
      yield open;
      open = undefined;
    }
    open ??= { line, prompt: [], options: [] };
    addLine(open, words, line);
    afterBlank = false;
    if (ANSWER.test(words)) {
      yield open;
      open = undefined;
    }
  }
  if (open) yield open;
}

function addLine(block: AikenBlock, words: string, line: number): void {
  const [, letter, text] = OPTION.exec(words) ?? [];
  const answer = ANSWER.exec(words)?.[1];
  if (block.prompt.length + block.options.length >= MAX_LINES)
    block.problem ??= `it has more than ${MAX_LINES} lines`;
  else if (answer !== undefined) takeAnswer(block, answer, line);
  else if (letter !== undefined && text !== undefined) block.options.push({ letter, text, line });
  else if (block.options.length === 0) block.prompt.push(words);
  else block.problem ??= `line ${line}: it is neither an option nor the answer`;
}

function takeAnswer(block: AikenBlock, answer: string, line: number): void {
  if (/^[A-Za-z]$/.test(answer)) block.answer = answer.toUpperCase();
  else block.problem ??= `line ${line}: the answer must be the letter of one option`;
}
