import { Injectable } from '@nestjs/common';
import { OnJob, type PromisedJobContext } from '../jobs/on-job.decorators.js';
import { Outbox } from '../jobs/outbox.service.js';
import type { Job } from '../queue/job.js';
import { announceQuiz, type AnnounceQuiz } from '../quiz/quiz.jobs.js';
import { FollowService } from '../relation/follow.service.js';
import { quizPublished } from './kinds/index.js';
import { Notifier } from './notifier.service.js';

const PAGE = 1_000;

/** Tells followers of an author of a new quiz, page by page, each page in a commit with the promise of the next. */
@Injectable()
export class QuizAnnouncer {
  constructor(
    private readonly follows: FollowService,
    private readonly outbox: Outbox,
    private readonly notifier: Notifier,
  ) {}

  @OnJob(announceQuiz)
  async announce(
    { data: { quizId, others, afterId } }: Job<AnnounceQuiz>,
    { tx, afterwards }: PromisedJobContext,
  ): Promise<void> {
    const quiz = await tx.quiz.findFirst({
      where: { id: quizId, status: 'published', author: { status: 'active', deletedAt: null } },
      select: { title: true, authorId: true, author: { select: { username: true } } },
    });
    if (!quiz) return;
    const { title, authorId, author } = quiz;
    const userIds = await this.follows.followers(authorId, PAGE, afterId);
    const news = { quizId, title, others: Number(others), authorId, authorName: author.username };
    const promised = await this.notifier.notify(
      tx,
      quizPublished,
      userIds.map((userId) => ({ userId, occasion: quizId, data: news })),
    );
    const last = userIds.at(-1);
    const isMore = last !== undefined && userIds.length === PAGE;
    const next = isMore ? [await this.outbox.add(tx, announceQuiz, { quizId, others, afterId: last })] : [];
    afterwards(async () => {
      await this.notifier.soon(promised);
      await this.outbox.enqueueSoon(announceQuiz, next);
    });
  }
}
