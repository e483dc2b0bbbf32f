import { Injectable } from '@nestjs/common';
import { Activities } from '../common/activity/activities.service.js';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { idFromCursor, pageOf, type Page } from '../common/page.js';
import { validationFailed } from '../common/validation.js';
import type { Transaction } from '../database/database.service.js';
import { Outbox } from '../jobs/outbox.service.js';
import type { JobInput } from '../queue/job.js';
import { answersTooLarge } from '../question/answer-size.js';
import type { QuestionDto } from '../question/dto/question.dto.js';
import { maxScoreOf } from '../question/grader.js';
import { learnerViews, rearranged } from '../question/learner-view.js';
import { withIds } from '../question/question-ids.js';
import type { StoredQuestion } from '../question/question.types.js';
import type { QuizAspect, Revisions } from './etag.decorators.js';
import type {
  ListQuizzesQuery,
  Quiz,
  QuizStatus,
  QuizWithKey,
  QuizWithQuestions,
  WriteQuizDto,
} from './quiz.dto.js';
import { announceQuiz } from './quiz.jobs.js';
import { QuizCache } from './quiz-cache.service.js';
import { conflict, noSuchQuiz } from './quiz.errors.js';
import { viewOf } from './quiz-view.js';
import { QuizRepository, type NewQuiz, type QuizContent, type QuizRow } from './quiz.repository.js';

/** What to create a quiz from: an author's request or a part of an imported file. */
export type QuizDraft = Pick<
  WriteQuizDto,
  'title' | 'description' | 'tags' | 'attemptsAllowed' | 'timeLimitSec' | 'shuffle'
> & { questions: QuestionDto[] };

/** Below every id. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class QuizService {
  constructor(
    private readonly quizzes: QuizRepository,
    private readonly cached: QuizCache,
    private readonly outbox: Outbox,
    private readonly activities: Activities,
  ) {}

  async create(caller: Caller, draft: QuizDraft): Promise<QuizRow> {
    const [row] = await this.createAll(caller.userId, [draft], 'draft');
    if (!row) throw new AppError('internal');
    return row;
  }

  /** Creates all or none; with `tx`, when that commits. */
  async createAll(
    authorId: string,
    drafts: QuizDraft[],
    status: QuizStatus,
    tx?: Transaction,
  ): Promise<QuizRow[]> {
    const quizzes = drafts.map((draft): NewQuiz => ({ id: newId(), authorId, status, ...contentOf(draft) }));
    return tx ? await this.quizzes.insertIn(tx, quizzes) : await this.quizzes.insert(quizzes);
  }

  async list(caller: Caller, query: ListQuizzesQuery): Promise<Page<Quiz>> {
    if (!query.mine) return await this.cached.list(query);
    const filter = { authorId: caller.userId, status: query.status, text: query.q, tag: query.tag };
    const rows = await this.quizzes.list(filter, query.limit + 1, idFromCursor(query.cursor));
    return pageOf(rows, query.limit, viewOf);
  }

  /**
   * As a learner sees it; drafts and archived ones only for those who may change them. Where there is a time limit,
   * learners see no questions before their clock runs.
   */
  async read(
    caller: Caller,
    id: string,
  ): Promise<{ revision: number; aspect: QuizAspect; view: QuizWithQuestions }> {
    const { quiz, revision, shuffle, questions: seen } = await this.cached.read(id);
    const isOwner = mayReadKey(caller, quiz);
    if (quiz.status !== 'published' && !isOwner) throw noSuchQuiz();
    const viewed = isOwner ? {} : { quizId: id };
    this.activities.tell({ kind: 'did', userId: caller.userId, deed: 'quizViews', ...viewed });
    const order = { shuffleOptions: shuffle };
    if (seen) return { revision, aspect: 'whole', view: { ...quiz, questions: rearranged(seen, order) } };
    if (!isOwner) return { revision, aspect: 'closed', view: { ...quiz, questions: [] } };
    const questions = learnerViews(await this.contentOf(quiz), order);
    return { revision, aspect: 'whole', view: { ...quiz, questions } };
  }

  async readKey(caller: Caller, id: string): Promise<{ revision: number; view: QuizWithKey }> {
    const row = await this.owned(caller, id);
    const questions = await this.contentOf(row);
    return { revision: row.revision, view: { ...viewOf(row), shuffle: row.shuffle, questions } };
  }

  /** The present content with its keys, to be written elsewhere. */
  async content(caller: Caller, id: string): Promise<{ row: QuizRow; questions: StoredQuestion[] }> {
    const row = await this.owned(caller, id);
    return { row, questions: await this.contentOf(row) };
  }

  /** @param ifMatch the revisions to replace; undefined to replace whatever is there */
  async replace(caller: Caller, id: string, draft: QuizDraft, ifMatch?: Revisions): Promise<QuizRow> {
    const row = await this.owned(caller, id);
    if (ifMatch && !ifMatch.has(row.revision)) throw conflict();
    if (row.status === 'archived')
      throw new AppError('quiz_not_open', { detail: 'An archived quiz cannot be changed' });
    const commit = async () => await this.quizzes.replace(row, contentOf(draft));
    const updated = await (row.status === 'draft'
      ? this.cached.changeDraft(id, commit)
      : this.cached.change(id, commit));
    if (!updated) throw conflict();
    return updated;
  }

  /** Opens a draft; publishing again changes nothing. @throws AppError validation_failed for one that nobody could hand in */
  async publish(caller: Caller, id: string): Promise<QuizRow> {
    const row = await this.owned(caller, id);
    if (row.status === 'published') return row;
    const problem = answersTooLarge(await this.contentOf(row), 'replace its questions by fewer');
    if (problem) throw validationFailed([problem]);
    const published = await this.cached.change(id, () =>
      this.quizzes.publish(id, (tx) => this.announce(tx, id)),
    );
    if (!published) throw new AppError('quiz_not_open', { detail: 'An archived quiz cannot be published' });
    await this.announceSoon([published.announcement]);
    return published.row;
  }

  async archive(caller: Caller, id: string): Promise<void> {
    await this.owned(caller, id);
    await this.cached.change(id, () => this.quizzes.move(id, ['draft', 'published'], 'archived'));
  }

  /** The quiz behind an id, whoever asks. */
  async head(id: string): Promise<QuizRow> {
    const row = await this.quizzes.find(id);
    if (!row) throw noSuchQuiz();
    return row;
  }

  private async visible(caller: Caller, id: string): Promise<QuizRow> {
    const row = await this.head(id);
    if (row.status !== 'published' && !mayReadKey(caller, row)) throw noSuchQuiz();
    return row;
  }

  /** For its author and admins. @throws AppError not_found, forbidden */
  async owned(caller: Caller, id: string): Promise<QuizRow> {
    const row = await this.visible(caller, id);
    if (!mayReadKey(caller, row))
      throw new AppError('forbidden', { detail: 'Only its author and admins may do that' });
    return row;
  }

  /**
   * Promises to tell of a quiz that `tx` publishes; hand the answer to `announceSoon` after the commit.
   * @param others published with it, of which nobody is told apart
   */
  async announce(tx: Transaction, quizId: string, others = 0): Promise<JobInput> {
    return await this.outbox.add(tx, announceQuiz, { quizId, others: String(others), afterId: NOBODY });
  }

  async announceSoon(announcements: JobInput[]): Promise<void> {
    await this.outbox.enqueueSoon(announceQuiz, announcements);
  }

  private async contentOf({ id, version }: Pick<QuizRow, 'id' | 'version'>) {
    return (await this.quizzes.version(id, version))?.questions ?? [];
  }
}

/** Its author and admins, who may change it, too. */
export const mayReadKey = (caller: Caller, row: Pick<QuizRow, 'authorId'>): boolean =>
  row.authorId === caller.userId || caller.role === 'admin';

function contentOf(draft: QuizDraft): QuizContent {
  const questions = withIds(draft.questions);
  return {
    title: draft.title,
    description: draft.description ?? '',
    tags: draft.tags ?? [],
    attemptsAllowed: draft.attemptsAllowed ?? null,
    timeLimitSec: draft.timeLimitSec ?? null,
    shuffle: draft.shuffle ?? false,
    maxScore: maxScoreOf(questions),
    questions,
  };
}
