import { limited } from '../interchange/limited.js';
import type { QuestionRead } from '../interchange/question-read.js';
import { type Block, blocks } from './blocks.js';
import { parseBlock } from './parse-block.js';

const lineOf = ({ lines }: Block): number => lines[0] ?? 1;

/** Reads a Moodle GIFT file. @see https://docs.moodle.org/en/GIFT_format */
export function readGift(text: string, limit: number): Generator<QuestionRead> {
  return limited(blocks(text, limit + 1), limit, lineOf, parseBlock);
}

/** How many questions a file seems to hold, good or bad; `limit` and more are told as `limit`. */
export function countGiftQuestions(text: string, limit: number): number {
  return [...blocks(text, limit)].length;
}
