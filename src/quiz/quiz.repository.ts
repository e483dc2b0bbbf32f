import { Injectable } from '@nestjs/common';
import type { Quiz as QuizRow } from '../database/generated/client.js';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import type { StoredQuestion } from '../question/question.types.js';
import type { QuizStatus } from './quiz.dto.js';

export type { QuizRow };

export interface NewQuiz {
  id: string;
  authorId: string;
  title: string;
  description: string;
  tags: string[];
  status: QuizStatus;
  attemptsAllowed: number | null;
  timeLimitSec: number | null;
  shuffle: boolean;
  maxScore: number;
  questions: StoredQuestion[];
}

export type QuizContent = Omit<NewQuiz, 'id' | 'authorId' | 'status'>;

/** What is asked at one version, and how. */
export interface VersionContent {
  questions: StoredQuestion[];
  keyRevision: number;
  timeLimitSec: number | null;
  shuffle: boolean;
  /** Of the questions as JSON. */
  bytes: number;
}

export interface QuizFilter {
  authorId?: string;
  status?: QuizStatus;
  text?: string;
  tag?: string;
}

@Injectable()
export class QuizRepository {
  constructor(private readonly database: Database) {}

  async insert(quizzes: NewQuiz[]): Promise<QuizRow[]> {
    return await this.database.$transaction(async (tx) => await this.insertIn(tx, quizzes));
  }

  async insertIn(tx: Transaction, quizzes: NewQuiz[]): Promise<QuizRow[]> {
    const rows = await tx.quiz.createManyAndReturn({
      data: quizzes.map(({ questions, ...quiz }) => ({ ...quiz, questionCount: questions.length })),
    });
    await tx.quizVersion.createMany({
      data: quizzes.map((quiz) => ({ quizId: quiz.id, version: 1, ...versionOf(quiz, quiz.questions) })),
    });
    return rows;
  }

  async find(id: string): Promise<QuizRow | null> {
    return await this.database.quiz.findUnique({ where: { id } });
  }

  /** Newest first, those older than `after`. */
  async list(filter: QuizFilter, limit: number, after?: string): Promise<QuizRow[]> {
    return await this.database.quiz.findMany({
      where: {
        authorId: filter.authorId,
        status: filter.status,
        title:
          filter.text === undefined ? undefined : { contains: escapeLike(filter.text), mode: 'insensitive' },
        tags: filter.tag === undefined ? undefined : { has: filter.tag },
        id: after === undefined ? undefined : { lt: after },
      },
      orderBy: { id: 'desc' },
      take: limit,
    });
  }

  async version(quizId: string, version: number): Promise<VersionContent | undefined> {
    const [row] = await this.database.$queryRaw<(Omit<VersionContent, 'questions'> & { text: string })[]>`
      SELECT questions::text AS text, key_revision AS "keyRevision", time_limit_sec AS "timeLimitSec", shuffle
      FROM quiz_versions WHERE quiz_id = ${quizId}::uuid AND version = ${version}`;
    if (!row) return undefined;
    const { text, ...rest } = row;
    return { ...rest, questions: JSON.parse(text) as StoredQuestion[], bytes: Buffer.byteLength(text) };
  }

  /** Whether a version was replaced by its next one so many hours ago. */
  async wasReplaced(quizId: string, version: number, hoursAgo: number): Promise<boolean> {
    const [row] = await this.database.$queryRaw<{ replaced: boolean }[]>`
      SELECT created_at < now() - make_interval(hours => ${hoursAgo}::int) AS replaced
      FROM quiz_versions WHERE quiz_id = ${quizId}::uuid AND version = ${version + 1}::int`;
    return row?.replaced ?? false;
  }

  /**
   * Replaces the content of a quiz that is still at `row.revision`: a draft in place, a published quiz by its next
   * version. Undefined when somebody changed the quiz meanwhile.
   */
  async replace(row: QuizRow, { questions, ...content }: QuizContent): Promise<QuizRow | undefined> {
    const version = row.status === 'draft' ? row.version : row.version + 1;
    return await this.database.$transaction(async (tx) => {
      const [updated] = await tx.quiz.updateManyAndReturn({
        where: { id: row.id, revision: row.revision },
        data: {
          ...content,
          version,
          questionCount: questions.length,
          revision: { increment: 1 },
          updatedAt: new Date(),
        },
      });
      if (!updated) return undefined;
      const stored = versionOf(content, questions);
      await tx.quizVersion.upsert({
        where: { quizId_version: { quizId: row.id, version } },
        create: { quizId: row.id, version, ...stored },
        update: stored,
      });
      return updated;
    });
  }

  /** Another key for the version of a quiz that is still at `revision`; false when somebody changed it meanwhile. */
  async correctKey(
    tx: Transaction,
    { id, version, revision }: Pick<QuizRow, 'id' | 'version' | 'revision'>,
    questions: StoredQuestion[],
  ): Promise<boolean> {
    const { count } = await tx.quiz.updateMany({
      where: { id, revision },
      data: { revision: { increment: 1 }, updatedAt: new Date() },
    });
    if (count === 0) return false;
    await tx.quizVersion.update({
      where: { quizId_version: { quizId: id, version } },
      data: { questions: json(questions), keyRevision: { increment: 1 } },
      select: { version: true },
    });
    return true;
  }

  /** Opens a draft, with what is promised in the same commit; undefined when it is none. */
  async publish<Promised>(
    id: string,
    promise: (tx: Transaction) => Promise<Promised>,
  ): Promise<{ row: QuizRow; announcement: Promised } | undefined> {
    return await this.database.$transaction(async (tx) => {
      const row = await move(tx, id, ['draft'], 'published');
      return row && { row, announcement: await promise(tx) };
    });
  }

  /**
   * Moves a quiz from one of the `from` statuses; undefined when it is in none of them. In a transaction: a lone statement
   * that waits for a row is given up for lost after 900 ms, and done all the same when the row is free.
   */
  async move(id: string, from: QuizStatus[], to: QuizStatus): Promise<QuizRow | undefined> {
    return await this.database.$transaction(async (tx) => await move(tx, id, from, to));
  }
}

async function move(
  tx: Transaction,
  id: string,
  from: QuizStatus[],
  to: QuizStatus,
): Promise<QuizRow | undefined> {
  const [row] = await tx.quiz.updateManyAndReturn({
    where: { id, status: { in: from } },
    data: { status: to, revision: { increment: 1 }, updatedAt: new Date() },
  });
  return row;
}

// Prisma's `contains` passes % and _ through to LIKE.
const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

const versionOf = (
  { timeLimitSec, shuffle }: Omit<QuizContent, 'questions'>,
  questions: StoredQuestion[],
) => ({
  ...{ timeLimitSec, shuffle, questions: json(questions) },
});

const json = (questions: StoredQuestion[]): Prisma.InputJsonValue =>
  JSON.parse(JSON.stringify(questions)) as Prisma.InputJsonValue;
