import { counted, limited } from '../interchange/limited.js';
import type { QuestionRead } from '../interchange/question-read.js';
import type { Finds } from '../interchange/reading.js';
import { type Block, blocks } from './blocks.js';
import { parseBlock } from './parse-block.js';

const lineOf = ({ lines }: Block): number => lines[0] ?? 1;

/** Reads a Moodle GIFT file. @see https://docs.moodle.org/en/GIFT_format */
export function readGift(text: string, limit: number): Finds<QuestionRead> {
  return limited(blocks(text), limit, lineOf, parseBlock);
}

export function countGiftQuestions(text: string, limit: number): Generator<number, number> {
  return counted(blocks(text), limit);
}
