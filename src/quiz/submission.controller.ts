import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Idempotent, NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { IdempotencyKey } from '../common/idempotency/idempotency-key.decorator.js';
import { PageQuery } from '../common/page.js';
import { RateLimit } from '../rate-limit/rate-limit.decorator.js';
import { ANSWERS, QUEUED } from './quiz.examples.js';
import { Submission, SubmissionPage, SubmitAnswersDto } from './submission.dto.js';
import { SubmissionService } from './submission.service.js';

@ApiTags('Submissions')
@NeedsSession()
@Controller()
export class SubmissionController {
  constructor(private readonly submissions: SubmissionService) {}

  @Post('quizzes/:id/submissions')
  @HttpCode(202)
  @ApiBody({ type: SubmitAnswersDto, examples: { answers: { value: { answers: ANSWERS } } } })
  @RateLimit({ name: 'SUBMISSION', by: 'user', algorithm: 'sliding' })
  @Idempotent()
  @Api({
    id: 'submitAnswers',
    summary: 'Hand in answers; they are scored within moments',
    description:
      'Sent again under the same `Idempotency-Key` it answers as before, with `Idempotent-Replay: true`. ' +
      'Where the quiz has a time limit or shuffles, `attemptId` names the attempt; it takes one submission ' +
      '(`attempts_exhausted` for the next), until 2 s after its deadline (`quiz_not_open` then). ' +
      'A `quizVersion` that was replaced is taken for 24 hours, or from an attempt at it (`quiz_not_open` else). ' +
      'Of who may read the key, the author of the quiz and admins, it is a preview: scored and shown, with a ' +
      '`scoreAwarded` of 0, and counted in no total, board, result or gradebook.',
    ok: {
      ...{ status: 202, type: Submission, example: QUEUED },
      description: 'Stored; `Location` tells where the score will be',
      headers: ['Location', 'Retry-After', 'Idempotent-Replay'],
    },
    errors: ['unauthenticated', 'not_found', 'quiz_not_open', 'attempts_exhausted', 'idempotency_key_reused'],
  })
  async submit(
    @Caller() caller: Caller,
    @IdParam('id') quizId: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: SubmitAnswersDto,
    @Res() response: Response,
  ): Promise<void> {
    const answer = await this.submissions.accept(caller, quizId, body, key);
    if (answer.replayed) response.setHeader('Idempotent-Replay', 'true');
    response.status(answer.status).set(answer.headers).json(answer.body);
  }

  @Get('submissions/:id')
  @Api({
    id: 'readSubmission',
    summary: 'A submission, with its score once it has one',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  async read(@Caller() caller: Caller, @IdParam('id') id: string): Promise<Submission> {
    return await this.submissions.read(caller, id);
  }

  @Get('me/submissions')
  @Api({
    id: 'listMySubmissions',
    summary: 'My submissions, newest first',
    errors: ['validation_failed', 'unauthenticated'],
  })
  async listOwn(@Caller() caller: Caller, @Query() query: PageQuery): Promise<SubmissionPage> {
    return await this.submissions.listOwn(caller, query);
  }
}
