import { Injectable } from '@nestjs/common';
import { maxScoreOf } from '../question/grader.js';
import type { StoredQuestion } from '../question/question.types.js';
import { QuizRepository } from './quiz.repository.js';

const KEPT = 500;

/** The content of a quiz at one version. */
export interface QuizVersion {
  quizId: string;
  version: number;
  /** How often its key was corrected, and 1. */
  keyRevision: number;
  maxScore: number;
  questions: StoredQuestion[];
}

/** Of a published version only the key ever changes, so each process keeps the last 500 it used. */
@Injectable()
export class QuizVersions {
  private readonly kept = new Map<string, QuizVersion>();

  constructor(private readonly quizzes: QuizRepository) {}

  /**
   * Only for versions that are or were published. Undefined when there is none.
   * @param keyRevision of the oldest key that will do; what learners see is the same with each
   */
  async get(quizId: string, version: number, keyRevision = 1): Promise<QuizVersion | undefined> {
    const name = `${quizId}:${version}`;
    const held = this.kept.get(name);
    const found = held && held.keyRevision >= keyRevision ? held : await this.load(quizId, version);
    if (!found) return undefined;
    this.kept.delete(name);
    this.kept.set(name, found);
    const oldest = this.kept.keys().next().value;
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
    return found;
  }

  private async load(quizId: string, version: number): Promise<QuizVersion | undefined> {
    const found = await this.quizzes.version(quizId, version);
    return found && { quizId, version, ...found, maxScore: maxScoreOf(found.questions) };
  }
}
