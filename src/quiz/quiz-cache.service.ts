import { Injectable } from '@nestjs/common';
import { CacheGroups, generationOf } from '../cache/cache-groups.service.js';
import { Cache } from '../cache/cache.service.js';
import { idFromCursor, pageOf, type Page } from '../common/page.js';
import type { QuestionView } from '../question/dto/question-view.dto.js';
import { learnerViews } from '../question/learner-view.js';
import type { ListQuizzesQuery, Quiz } from './quiz.dto.js';
import { noSuchQuiz } from './quiz.errors.js';
import { QuizRepository } from './quiz.repository.js';
import { viewOf } from './quiz-view.js';

const QUIZ_SEC = 60;
const LIST_SEC = 10;
const LIST = 'quiz-list';

/** The name under which the results of a quiz are cached: whatever changes its scores wraps its commit in `cache.update`. */
export const cachedResults = (quizId: string): string => `results:${quizId}`;
const cachedQuiz = (quizId: string): string => `quiz:${quizId}`;

/** A quiz, and of what it asks only what everybody may see. */
export interface SeenQuiz {
  quiz: Quiz;
  revision: number;
  shuffle: boolean;
  /** In any order, without the key; null when learners see none: it is not published, or has a time limit. */
  questions: QuestionView[] | null;
}

/** What is asked of quizzes all the time, kept for all while they are published, and never behind a change of them. */
@Injectable()
export class QuizCache {
  constructor(
    private readonly cache: Cache,
    private readonly groups: CacheGroups,
    private readonly quizzes: QuizRepository,
  ) {}

  /** Of any status: whoever asks decides by it who may see it. @throws AppError not_found */
  async read(id: string): Promise<SeenQuiz> {
    const load = async () => await this.load(id);
    return (await this.cache.getOrLoad(cachedQuiz(id), QUIZ_SEC, load, isPublished)).value;
  }

  /**
   * Published quizzes, newest first. Kept are first pages, of all or of a tag: they are what many ask for, and as many
   * as tags are in use. What is sought and where somebody else's reading goes on are not asked twice.
   */
  async list({ limit, cursor, q, tag }: ListQuizzesQuery): Promise<Page<Quiz>> {
    const filter = { status: 'published' as const, text: q, tag };
    const load = async () =>
      pageOf(await this.quizzes.list(filter, limit + 1, idFromCursor(cursor)), limit, viewOf);
    if (q !== undefined || cursor !== undefined) return await load();
    const name = tag === undefined ? `${limit}` : `${limit}:${Buffer.from(tag).toString('base64url')}`;
    return (await this.groups.getOrLoad(LIST, name, LIST_SEC, load, isFilled)).value;
  }

  /** Runs the commit of a change of a quiz; after it nobody sees the quiz, its results or the list as they were. */
  async change<T>(id: string, commit: () => Promise<T>): Promise<T> {
    return await this.cache.update([cachedQuiz(id), cachedResults(id), generationOf(LIST)], commit);
  }

  /** The same for what is in no list, before and after. */
  async changeDraft<T>(id: string, commit: () => Promise<T>): Promise<T> {
    return await this.cache.update([cachedQuiz(id), cachedResults(id)], commit);
  }

  /** Runs a commit that adds published quizzes. */
  async add<T>(commit: () => Promise<T>): Promise<T> {
    return await this.cache.update(generationOf(LIST), commit);
  }

  private async load(id: string): Promise<SeenQuiz> {
    const row = await this.quizzes.find(id);
    if (!row) throw noSuchQuiz();
    const { revision, shuffle } = row;
    const seen = { quiz: viewOf(row), revision, shuffle };
    if (row.status !== 'published' || row.timeLimitSec !== null) return { ...seen, questions: null };
    const content = await this.quizzes.version(id, row.version);
    return { ...seen, questions: learnerViews(content?.questions ?? []) };
  }
}

const isPublished = ({ quiz }: SeenQuiz): boolean => quiz.status === 'published';

/** Made-up tags leave nothing behind. */
const isFilled = ({ data }: Page<Quiz>): boolean => data.length > 0;
