import { atOnce, inTurns } from '../../common/in-turns.js';
import { LIMITS } from '../question.limits.js';
import type { AuthoredQuestion } from '../question.types.js';
import { cut, tidied } from '../text.js';
import { FILE_FORMATS, type ImportFormat } from './formats.js';
import type { Rejection } from './question-read.js';
import { READING } from './reading.js';

export interface ImportOptions {
  /** Questions a quiz, 1–500; 10 when absent. */
  quizSize?: number;
  /** Title of quizzes whose questions have no category. */
  titlePrefix?: string;
}

export interface ImportedQuiz {
  title: string;
  questions: AuthoredQuestion[];
}

export interface FileImport {
  quizzes: ImportedQuiz[];
  /** How many questions the quizzes hold together. */
  accepted: number;
  rejected: Rejection[];
}

/** Questions read from one file; what follows is told as one rejection. */
export const MAX_QUESTIONS_PER_IMPORT = 10_000;
/** Characters read from one file. */
export const MAX_IMPORT_LENGTH = 5 * 1024 * 1024;
const TITLE_LENGTH = 100;

/** Of a category's path; only its end becomes a title. */
const PATH_LENGTH = 2_000;

/**
 * Reads a file of questions. Each is judged alone, by the rules for authors: a bad one is rejected with its line and a
 * reason, and the others stay. Never throws; the time is linear in the length of the text (5 MB: 5 s at the very worst).
 * Each category is cut into quizzes of `quizSize`, titled by the last part of its path and a number: "geography 1".
 */
export function importQuestions(format: ImportFormat, text: string, options: ImportOptions = {}): FileImport {
  return atOnce(reading(format, text, options));
}

/** The same for a process that serves others meanwhile; tells now and then how many questions are read. */
export async function importQuestionsGently(
  format: ImportFormat,
  text: string,
  options: ImportOptions & { progress?: (processed: number) => Promise<void> } = {},
): Promise<FileImport> {
  return await inTurns(reading(format, text, options), options.progress);
}

/** How many questions a file seems to hold, good or bad. */
export function countQuestions(format: ImportFormat, text: string): number {
  return atOnce(counting(format, text));
}

/** The same for a process that serves others meanwhile. */
export async function countQuestionsGently(format: ImportFormat, text: string): Promise<number> {
  return await inTurns(counting(format, text));
}

function* counting(format: ImportFormat, text: string): Generator<number, number> {
  if (text.length > MAX_IMPORT_LENGTH) return 0;
  const count = yield* FILE_FORMATS[format].count(text, MAX_QUESTIONS_PER_IMPORT + 1);
  return Math.min(count, MAX_QUESTIONS_PER_IMPORT);
}

/** Reads question by question, pausing after each, and within what is none, to say how many were read. */
function* reading(format: ImportFormat, text: string, options: ImportOptions): Generator<number, FileImport> {
  const { quizSize = 10, titlePrefix = 'Imported quiz' } = options;
  if (text.length > MAX_IMPORT_LENGTH) return tooLong();
  const rejected: Rejection[] = [];
  const byTitle = new Map<string, AuthoredQuestion[]>();
  let count = 0;
  for (const read of FILE_FORMATS[format].read(text, MAX_QUESTIONS_PER_IMPORT)) {
    if (read !== READING) {
      count += 1;
      if ('rejected' in read) rejected.push(read.rejected);
      else collect(byTitle, titleOf(read.category) || titlePrefix, read.question);
    }
    yield count;
  }
  const quizzes = [...byTitle].flatMap(([title, questions]) => cutIntoQuizzes(title, questions, quizSize));
  return { quizzes, accepted: quizzes.reduce((sum, quiz) => sum + quiz.questions.length, 0), rejected };
}

function tooLong(): FileImport {
  return {
    quizzes: [],
    accepted: 0,
    rejected: [{ line: 1, name: '', reason: 'the file is longer than 5 MB' }],
  };
}

function collect(byTitle: Map<string, AuthoredQuestion[]>, title: string, question: AuthoredQuestion): void {
  const questions = byTitle.get(title);
  if (questions) questions.push(question);
  else byTitle.set(title, [question]);
}

/** The last part of a category's path; `//` is a slash in a name, and the root of a bank is nobody's title (Moodle). */
function titleOf(category: string): string {
  const parts = category
    .slice(-PATH_LENGTH)
    .replaceAll('//', '\0')
    .split('/')
    .map((part) => part.replaceAll('\0', '/').trim());
  const inBank = /^\$\w+\$$/.test(parts[0] ?? '');
  const named = inBank ? parts.slice(parts[1] === 'top' ? 2 : 1) : parts;
  return cut(tidied(named.at(-1) ?? ''), TITLE_LENGTH);
}

function cutIntoQuizzes(title: string, questions: AuthoredQuestion[], quizSize: number): ImportedQuiz[] {
  const size = Math.min(Math.max(1, Math.trunc(quizSize)), LIMITS.questionsPerQuiz);
  return Array.from({ length: Math.ceil(questions.length / size) }, (_, index) => ({
    title: `${title} ${index + 1}`,
    questions: questions.slice(index * size, (index + 1) * size),
  }));
}
