import { Injectable } from '@nestjs/common';
import type { FieldError } from '../common/errors.js';
import { validationFailed } from '../common/validation.js';
import type { Transaction } from '../database/database.service.js';
import { answersTooLarge } from '../question/answer-size.js';
import { importQuestionsGently, type FileImport } from '../question/interchange/import-questions.js';
import type { ImportFile } from './imports/import-file.js';
import type { ImportQuery, ImportResult } from './quiz.dto.js';
import { QuizService } from './quiz.service.js';

/** Quizzes in one statement: bounds its memory. */
const QUIZZES_A_STEP = 200;

/** Makes quizzes of a file of questions; a question that cannot be used is named with its reason. */
@Injectable()
export class QuizImportService {
  constructor(private readonly quizzes: QuizService) {}

  /** Reads a file at once. @throws AppError validation_failed when it makes a quiz that nobody could hand in */
  async import(authorId: string, { format, text }: ImportFile, query: ImportQuery): Promise<ImportResult> {
    const file = await importQuestionsGently(format, text, { quizSize: query.quizSize });
    const problems = quizzesTooLarge(file);
    if (problems.length > 0) throw validationFailed(problems);
    return resultOf(file, query.dryRun ? [] : await this.store(authorId, file, query.publish));
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

/** What is wrong with the quizzes of a file that nobody could hand in. */
export function quizzesTooLarge({ quizzes }: FileImport): FieldError[] {
  return quizzes.flatMap(({ title, questions }) => {
    const problem = answersTooLarge(questions, 'take a smaller quizSize');
    return problem ? [{ ...problem, message: `the quiz "${title}": ${problem.message}` }] : [];
  });
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
