import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Caller } from '../auth/caller.decorator.js';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { etagOf, IfMatch, type Revisions } from './etag.decorators.js';
import {
  ListQuizzesQuery,
  Quiz,
  QuizPage,
  QuizWithKey,
  QuizWithQuestions,
  WriteQuizDto,
} from './quiz.dto.js';
import { DRAFT, QUIZ_WRITTEN } from './quiz.examples.js';
import type { QuizRow } from './quiz.repository.js';
import { QuizService } from './quiz.service.js';
import { viewOf } from './quiz-view.js';

@ApiTags('Quizzes')
@NeedsSession()
@Controller('quizzes')
export class QuizController {
  constructor(private readonly quizzes: QuizService) {}

  @Post()
  @ApiBody({ type: WriteQuizDto, examples: { quiz: { value: QUIZ_WRITTEN } } })
  @Roles('author', 'admin')
  @Api({
    id: 'createQuiz',
    summary: 'Create a quiz, as a draft',
    ok: { status: 201, type: Quiz, example: DRAFT },
    etag: 'told',
    errors: ['unauthenticated', 'forbidden'],
  })
  async create(
    @Caller() caller: Caller,
    @Body() body: WriteQuizDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Quiz> {
    return tagged(response, await this.quizzes.create(caller, body));
  }

  @Get()
  @Api({
    id: 'listQuizzes',
    summary: 'Published quizzes, newest first; with `mine=true` my own of any status',
    errors: ['validation_failed', 'unauthenticated'],
  })
  async list(@Caller() caller: Caller, @Query() query: ListQuizzesQuery): Promise<QuizPage> {
    return await this.quizzes.list(caller, query);
  }

  @Get(':id')
  @Api({
    id: 'readQuiz',
    summary: 'A quiz with its questions as a learner sees them',
    description:
      'Sends an `ETag`; `If-None-Match` with it answers 304. Where there is a time limit, learners see the questions ' +
      'only in an attempt (`POST /quizzes/{id}/attempts`); where the quiz shuffles, in another order each time.',
    ok: { status: 200, type: QuizWithQuestions },
    etag: 'read',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  async read(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<QuizWithQuestions> {
    const { revision, aspect, view } = await this.quizzes.read(caller, id);
    response.setHeader('ETag', etagOf(revision, aspect));
    return view;
  }

  @Get(':id/key')
  @Api({
    id: 'readQuizKey',
    summary: 'A quiz with its questions as written (its author and admins)',
    ok: { status: 200, type: QuizWithKey },
    etag: 'read',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  async readKey(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<QuizWithKey> {
    const { revision, view } = await this.quizzes.readKey(caller, id);
    response.setHeader('ETag', etagOf(revision));
    return view;
  }

  @Put(':id')
  @ApiBody({ type: WriteQuizDto, examples: { quiz: { value: QUIZ_WRITTEN } } })
  @Api({
    id: 'replaceQuiz',
    summary: 'Replace the content: a draft in place, a published quiz by its next version, live at once',
    description: 'With `If-Match`, only if the quiz is still the one with that `ETag`.',
    ok: { status: 200, type: Quiz },
    etag: 'guarded',
    errors: [
      'validation_failed',
      'unauthenticated',
      'forbidden',
      'not_found',
      'quiz_not_open',
      'version_conflict',
    ],
  })
  async replace(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IfMatch() ifMatch: Revisions | undefined,
    @Body() body: WriteQuizDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Quiz> {
    return tagged(response, await this.quizzes.replace(caller, id, body, ifMatch));
  }

  @Post(':id/publish')
  @HttpCode(200)
  @Api({
    id: 'publishQuiz',
    summary: 'Open a draft to learners',
    ok: { status: 200, type: Quiz },
    etag: 'told',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found', 'quiz_not_open'],
  })
  async publish(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Quiz> {
    return tagged(response, await this.quizzes.publish(caller, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Api({
    id: 'archiveQuiz',
    summary: 'Close a quiz for good; what was submitted stays',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  async archive(@Caller() caller: Caller, @IdParam('id') id: string): Promise<void> {
    await this.quizzes.archive(caller, id);
  }
}

function tagged(response: Response, row: QuizRow): Quiz {
  response.setHeader('ETag', etagOf(row.revision));
  return viewOf(row);
}
