import { Injectable } from '@nestjs/common';
import { Activities } from '../common/activity/activities.service.js';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { Idempotency, requestHash, type FirstAnswer } from '../common/idempotency/idempotency.service.js';
import { idFromCursor, pageOf, type Page, type PageQuery } from '../common/page.js';
import { validationFailed } from '../common/validation.js';
import { checkAnswers } from '../question/check-answers.js';
import { feedbackOn } from '../question/grader.js';
import { handedIn, late } from './attempt.errors.js';
import type { AttemptRow } from './attempt.repository.js';
import { AttemptService } from './attempt.service.js';
import { mayReadKey, QuizService } from './quiz.service.js';
import { QuizVersions } from './quiz-versions.js';
import { SubmissionIntake } from './submission-intake.js';
import type { QuestionOutcome, Submission, SubmitAnswersDto } from './submission.dto.js';
import {
  SubmissionRepository,
  type NewSubmission,
  type ReadSubmission,
  type SubmissionRow,
} from './submission.repository.js';

/** An accepted submission; `replayed` when this is the first answer again. */
export interface Acceptance extends FirstAnswer {
  replayed: boolean;
}

@Injectable()
export class SubmissionService {
  constructor(
    private readonly quizzes: QuizService,
    private readonly versions: QuizVersions,
    private readonly attempts: AttemptService,
    private readonly intake: SubmissionIntake,
    private readonly submissions: SubmissionRepository,
    private readonly idempotency: Idempotency,
    private readonly activities: Activities,
  ) {}

  /**
   * Stores a submission for the worker to score: when this returns, it is in PostgreSQL. Of who may read the key it is a
   * preview, for good: scored, and counted nowhere.
   * @throws AppError not_found, quiz_not_open, validation_failed, attempts_exhausted, idempotency_key_reused
   */
  async accept(caller: Caller, quizId: string, body: SubmitAnswersDto, key?: string): Promise<Acceptance> {
    const hash = requestHash(`POST /quizzes/${quizId}/submissions`, body);
    const before = key === undefined ? undefined : await this.idempotency.replay(caller.userId, key, hash);
    if (before) return { ...before, replayed: true };
    const row = await this.checked(caller, quizId, body, key);
    if (key !== undefined)
      row.idempotency = { key, requestHash: hash, answerOf: (time) => firstAnswer(row, time) };
    const taken = await this.intake.take(row);
    if (taken.outcome === 'answered_before') return await this.answerOfOther(caller.userId, key ?? '', hash);
    this.activities.tell({ kind: 'did', userId: caller.userId, deed: 'submissions', quizId });
    return { ...firstAnswer(row, taken.submittedAt), replayed: false };
  }

  /** For its owner, the author of its quiz, and admins; once it is scored, with what the author says to each answer. */
  async read(caller: Caller, id: string): Promise<Submission> {
    const row = await this.submissions.find(id);
    const allowed = row && (caller.role === 'admin' || [row.userId, row.authorId].includes(caller.userId));
    if (!allowed) throw new AppError('not_found', { detail: 'There is no such submission' });
    return row.status === 'scored' ? await this.withFeedback(row) : viewOf(row);
  }

  /** Without feedback: that is for who reads one of them. */
  async listOwn(caller: Caller, query: PageQuery): Promise<Page<Submission>> {
    const rows = await this.submissions.listOf(caller.userId, query.limit + 1, idFromCursor(query.cursor));
    return pageOf(rows, query.limit, viewOf);
  }

  // By a key that is at least as new as the one that graded it.
  private async withFeedback(row: ReadSubmission): Promise<Submission> {
    const version = await this.versions.get(row.quizId, row.quizVersion, row.keyRevision);
    const texts = feedbackOn(version?.questions ?? [], row.answers);
    const view = viewOf(row);
    const breakdown = view.breakdown.map((outcome) => {
      const feedback = texts.get(outcome.questionId);
      return feedback === undefined ? outcome : { ...outcome, feedback };
    });
    return { ...view, breakdown };
  }

  private async checked(
    caller: Caller,
    quizId: string,
    body: SubmitAnswersDto,
    key: string | undefined,
  ): Promise<NewSubmission> {
    const quiz = await this.quizzes.head(quizId);
    if (quiz.status !== 'published')
      throw new AppError('quiz_not_open', { detail: 'This quiz takes no submissions' });
    const attempt = await this.attempts.named(caller, quizId, body.attemptId);
    // Under a key the same answers may be on their way into the store at this moment; that is seen only there.
    if (attempt && key === undefined) refuseIfOver(attempt);
    const number = body.quizVersion ?? attempt?.quizVersion ?? quiz.version;
    if (attempt && number !== attempt.quizVersion) throw ofAnotherVersion(attempt.quizVersion);
    const version = number <= quiz.version ? await this.versions.get(quizId, number) : undefined;
    if (!version) {
      throw validationFailed([
        { path: 'quizVersion', message: `is no version of this quiz; the current one is ${quiz.version}` },
      ]);
    }
    if (!attempt) await this.attempts.checkWithout(version, quiz.version);
    const errors = checkAnswers(version.questions, body.answers);
    if (errors.length > 0) throw validationFailed(errors);
    const answers = body.answers.map(({ questionId, response }) => ({ questionId, response }));
    return {
      id: newId(),
      userId: caller.userId,
      quizId,
      quizVersion: number,
      maxScore: version.maxScore,
      answers,
      preview: mayReadKey(caller, quiz),
      attemptId: attempt?.id,
    };
  }

  private async answerOfOther(userId: string, key: string, hash: string): Promise<Acceptance> {
    const first = await this.idempotency.replay(userId, key, hash);
    if (!first) throw new AppError('unavailable', { retryAfterSec: 1 });
    return { ...first, replayed: true };
  }
}

function refuseIfOver(attempt: AttemptRow): void {
  if (attempt.late) throw late();
  if (attempt.handedIn) throw handedIn();
}

const ofAnotherVersion = (version: number) =>
  validationFailed([{ path: 'quizVersion', message: `is not that of the attempt, which is ${version}` }]);

function firstAnswer(row: NewSubmission, submittedAt: Date): FirstAnswer {
  const { id, quizId, quizVersion, maxScore } = row;
  return {
    status: 202,
    headers: { Location: `/api/v1/submissions/${id}`, 'Retry-After': '1' },
    body: {
      id,
      quizId,
      quizVersion,
      status: 'queued',
      submittedAt: submittedAt.toISOString(),
      scoredAt: null,
      score: null,
      maxScore,
      scoreAwarded: null,
      breakdown: [],
    },
  };
}

const viewOf = (row: SubmissionRow): Submission => ({
  id: row.id,
  quizId: row.quizId,
  quizVersion: row.quizVersion,
  status: row.status,
  submittedAt: row.submittedAt.toISOString(),
  scoredAt: row.scoredAt?.toISOString() ?? null,
  score: row.score,
  maxScore: row.maxScore,
  scoreAwarded: row.scoreAwarded,
  breakdown: Array.isArray(row.breakdown) ? (row.breakdown as QuestionOutcome[] & typeof row.breakdown) : [],
});
