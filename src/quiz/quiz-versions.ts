import { Injectable } from '@nestjs/common';
import { BoundedStore } from '../common/bounded-store.js';
import { maxScoreOf } from '../question/grader.js';
import type { StoredQuestion } from '../question/question.types.js';
import { QuizRepository } from './quiz.repository.js';

/** For how long a version that was replaced takes answers without an attempt: whoever has it on the screen. */
const OPEN_HOURS = 24;
/** Of JSON; as objects it takes up to some three times that. */
const KEPT_BYTES = 24 * 1024 * 1024;

/** The content of a quiz at one version. */
export interface QuizVersion {
  quizId: string;
  version: number;
  /** How often its key was corrected, and 1. */
  keyRevision: number;
  maxScore: number;
  timeLimitSec: number | null;
  shuffle: boolean;
  questions: StoredQuestion[];
}

/** Of a published version only the key ever changes, so each process keeps those it used last, 24 MB of them. */
@Injectable()
export class QuizVersions {
  private readonly kept = new BoundedStore<QuizVersion>(KEPT_BYTES);
  private readonly loading = new Map<string, Promise<QuizVersion | undefined>>();

  constructor(private readonly quizzes: QuizRepository) {}

  /**
   * Only for versions that are or were published. Undefined when there is none.
   * @param keyRevision of the oldest key that will do; what learners see is the same with each
   */
  async get(quizId: string, version: number, keyRevision = 1): Promise<QuizVersion | undefined> {
    const held = this.kept.get(nameOf(quizId, version));
    if (held && held.keyRevision >= keyRevision) return held;
    const joined = await this.join(quizId, version);
    // A load that others began may have read the key of before.
    return joined && joined.keyRevision < keyRevision ? await this.load(quizId, version) : joined;
  }

  /** Whether a version was replaced so long ago that it takes answers from attempts alone. */
  async isClosed({ quizId, version }: QuizVersion): Promise<boolean> {
    return await this.quizzes.wasReplaced(quizId, version, OPEN_HOURS);
  }

  /** One load at a time, however many ask: a class that begins together would each hold the quiz as it came. */
  private async join(quizId: string, version: number): Promise<QuizVersion | undefined> {
    const name = nameOf(quizId, version);
    const loading =
      this.loading.get(name) ?? this.load(quizId, version).finally(() => this.loading.delete(name));
    this.loading.set(name, loading);
    return await loading;
  }

  private async load(quizId: string, version: number): Promise<QuizVersion | undefined> {
    const found = await this.quizzes.version(quizId, version);
    if (!found) return undefined;
    const { bytes, ...content } = found;
    const loaded = { quizId, version, ...content, maxScore: maxScoreOf(found.questions) };
    this.kept.set(nameOf(quizId, version), loaded, bytes);
    return loaded;
  }
}

const nameOf = (quizId: string, version: number): string => `${quizId}:${version}`;
