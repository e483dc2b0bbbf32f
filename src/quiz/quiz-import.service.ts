import { Injectable } from '@nestjs/common';
import { storable } from '../common/json-body.js';
import { validationFailed } from '../common/validation.js';
import type { Transaction } from '../database/database.service.js';
import { formatOf } from '../question/interchange/formats.js';
import { importQuestionsGently, type FileImport } from '../question/interchange/import-questions.js';
import type { ImportQuery, ImportResult } from './quiz.dto.js';
import { QuizService } from './quiz.service.js';

/** Quizzes in one statement: bounds its memory. */
const QUIZZES_A_STEP = 200;

/** Makes quizzes of a file of questions; a question that cannot be used is named with its reason. */
@Injectable()
export class QuizImportService {
  constructor(private readonly quizzes: QuizService) {}

  /** Reads a file at once. @throws AppError validation_failed when there is nothing to read */
  async import(authorId: string, text: string, query: ImportQuery): Promise<ImportResult> {
    checkFile(text);
    const { format = formatOf(text), quizSize, dryRun } = query;
    const file = await importQuestionsGently(format, text, { quizSize });
    return resultOf(file, dryRun ? [] : await this.store(authorId, file, query.publish));
  }

  /** Stores the quizzes of a file, all or none; returns their ids. With `tx`, they are there when that commits. */
  async store(
    authorId: string,
    { quizzes }: FileImport,
    publish: boolean,
    tx?: Transaction,
  ): Promise<string[]> {
    const status = publish ? 'published' : 'draft';
    if (!tx) return (await this.quizzes.createAll(authorId, quizzes, status)).map(({ id }) => id);
    const ids: string[] = [];
    for (let at = 0; at < quizzes.length; at += QUIZZES_A_STEP) {
      const step = quizzes.slice(at, at + QUIZZES_A_STEP);
      ids.push(...(await this.quizzes.createAll(authorId, step, status, tx)).map(({ id }) => id));
    }
    return ids;
  }
}

/** @throws AppError validation_failed when there is nothing to read, or what cannot be stored */
export function checkFile(text: string): void {
  if (text.trim() === '')
    throw validationFailed([
      { path: 'body', message: 'must be a file of questions: GIFT, Aiken or Moodle XML' },
    ]);
  if (!storable(text)) throw validationFailed([{ path: 'body', message: 'must not contain NUL' }]);
}

/** @param ids of the quizzes stored, in order; none in a dry run */
export function resultOf({ quizzes, accepted, rejected }: FileImport, ids: string[]): ImportResult {
  const told = quizzes.map(({ title, questions }, index) => ({
    id: ids[index],
    title,
    questionCount: questions.length,
  }));
  return { quizzes: told, accepted, rejected };
}
