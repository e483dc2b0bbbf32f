import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FieldError } from '../common/errors.js';
import { validationFailed } from '../common/validation.js';
import { Database, type Transaction } from '../database/database.service.js';
import type { JobInput } from '../queue/job.js';
import { answersTooLarge } from '../question/answer-size.js';
import {
  importQuestionsGently,
  type FileImport,
  type ImportedQuiz,
} from '../question/interchange/import-questions.js';
import type { ImportFile } from './imports/import-file.js';
import type { ImportQuery, ImportResult } from './quiz.dto.js';
import { QuizCache } from './quiz-cache.service.js';
import { QuizService } from './quiz.service.js';

/** In one statement: these bound its memory, and how long nobody else has a turn. */
const QUIZZES_A_STEP = 50;
const QUESTIONS_A_STEP = 300;
/** A thousand quizzes take a few seconds. */
const STORING = { timeout: 30_000 };

export interface StoredFile {
  /** Of the quizzes, in order. */
  ids: string[];
  /** For `announceSoon`, after the commit. */
  announcements: JobInput[];
}

/** Makes quizzes of a file of questions; a question that cannot be used is named with its reason. */
@Injectable()
export class QuizImportService {
  constructor(
    private readonly database: Database,
    private readonly quizzes: QuizService,
    private readonly cached: QuizCache,
  ) {}

  /** Reads a file at once. @throws AppError validation_failed when it makes a quiz that nobody could hand in */
  async import(authorId: string, { format, text }: ImportFile, query: ImportQuery): Promise<ImportResult> {
    const file = await importQuestionsGently(format, text, { quizSize: query.quizSize });
    const problems = quizzesTooLarge(file);
    if (problems.length > 0) throw validationFailed(problems);
    if (query.dryRun) return resultOf(file, []);
    const commit = async () =>
      await this.database.$transaction(
        async (tx) => await this.store(tx, authorId, file, query.publish),
        STORING,
      );
    const { ids, announcements } = await (query.publish ? this.cached.add(commit) : commit());
    await this.quizzes.announceSoon(announcements);
    return resultOf(file, ids);
  }

  /** Stores the quizzes of a file inside `tx`, while others have their turn. */
  async store(
    tx: Transaction,
    authorId: string,
    { quizzes }: FileImport,
    publish: boolean,
  ): Promise<StoredFile> {
    const status = publish ? 'published' : 'draft';
    const ids: string[] = [];
    for (const step of steps(quizzes)) {
      ids.push(...(await this.quizzes.createAll(authorId, step, status, tx)).map(({ id }) => id));
      await nextTurn();
    }
    const [first, ...others] = ids;
    const isNews = publish && first !== undefined;
    return { ids, announcements: isNews ? [await this.quizzes.announce(tx, first, others.length)] : [] };
  }
}

/** As many quizzes as are written in one go. */
function* steps(quizzes: readonly ImportedQuiz[]): Generator<ImportedQuiz[]> {
  let step: ImportedQuiz[] = [];
  let questions = 0;
  for (const quiz of quizzes) {
    step.push(quiz);
    questions += quiz.questions.length;
    if (step.length < QUIZZES_A_STEP && questions < QUESTIONS_A_STEP) continue;
    yield step;
    [step, questions] = [[], 0];
  }
  if (step.length > 0) yield step;
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
