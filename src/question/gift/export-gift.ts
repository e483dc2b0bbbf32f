import type { AuthoredQuestion, StoredQuestion } from '../question.types.js';
import { type PlainQuestion, plainQuestion } from '../interchange/plain-question.js';
import { READING } from '../interchange/reading.js';
import { MAX_BLOCK_LENGTH } from './blocks.js';
import { readGift } from './read-gift.js';
import { wholeQuestionLine } from './remarks.js';
import { writeQuestion } from './write-question.js';

/**
 * Questions as a Moodle GIFT file that `importQuestions` reads back as the same questions. What GIFT has no words for
 * stands in comments that other tools skip (see remarks.ts): points other than 1, case sensitivity, and the whole of a
 * question that GIFT cannot carry: ordering, `->` on a left side, runs of spaces in plain text, links in a matching's
 * right side. Outer white space of texts and the kind of line ends are not kept;
 * texts that only these tell apart become the same.
 * @param category for the re-import: the title of its quizzes
 */
export function exportGift(
  questions: readonly (AuthoredQuestion | StoredQuestion)[],
  category?: string,
): string {
  return [...giftParts(questions, category)].join('');
}

/** The same in parts, for a process that serves others meanwhile. */
export function* giftParts(
  questions: readonly (AuthoredQuestion | StoredQuestion)[],
  category?: string,
): Generator<string> {
  if (category !== undefined) yield `$CATEGORY: ${category.replace(/\s+/g, ' ').replaceAll('/', '//')}\n`;
  for (const [at, question] of questions.entries()) {
    const gap = at > 0 || category !== undefined ? '\n' : '';
    yield gap + writtenOrWhole(plainQuestion(question));
  }
}

function writtenOrWhole(question: PlainQuestion): string {
  const gift = writeQuestion(question);
  if (gift !== undefined && gift.length < MAX_BLOCK_LENGTH && readsBackAs(question, gift)) return gift;
  const why = `// GIFT cannot carry this ${question.type} question; RediStack reads it from the next line.\n`;
  return why + wholeQuestionLine(question);
}

/** Whether our own importer makes the same question of it: so nothing is lost in silence. */
function readsBackAs(question: PlainQuestion, gift: string): boolean {
  const [read, second] = [...readGift(gift, 2)].filter((find) => find !== READING);
  if (!read || second || 'rejected' in read) return false;
  return JSON.stringify(plainQuestion(read.question)) === JSON.stringify(question);
}
