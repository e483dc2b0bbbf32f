import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { NeedsSession } from '../../auth/access.decorators.js';
import { Caller } from '../../auth/caller.decorator.js';
import { headersOf } from '../../common/api-headers.js';
import { Api } from '../../common/api.js';
import { IdParam } from '../../common/id-param.decorator.js';
import { etagOf, IfMatch, type Revisions } from '../../quiz/etag.decorators.js';
import { KeyCorrection } from '../../quiz/key-correction.service.js';
import { CorrectKeyDto, Regrade, RegradePreview, RegradeQuery } from './regrade.dto.js';
import { RegradePreviewService } from './regrade-preview.service.js';
import { RegradeService } from './regrade.service.js';

const CORRECTED = {
  questions: [{ type: 'true_false', prompt: 'EXPIRE takes seconds.', correct: true }],
};

@ApiTags('Quizzes')
@NeedsSession()
@Controller('quizzes/:id')
export class RegradeController {
  constructor(
    private readonly corrections: KeyCorrection,
    private readonly previews: RegradePreviewService,
    private readonly regrades: RegradeService,
  ) {}

  @Post('regrade')
  @HttpCode(202)
  @ApiExtraModels(Regrade, RegradePreview)
  @ApiBody({ type: CorrectKeyDto, examples: { trueFalse: { value: CORRECTED } } })
  @ApiResponse({
    status: 200,
    description: 'With `dryRun=true`: what would change; nothing is stored',
    content: { 'application/json': { schema: { $ref: getSchemaPath(RegradePreview) } } },
  })
  @ApiResponse({
    status: 202,
    description:
      'The key is corrected; a job grades again what was submitted, and `Location` is where to follow it',
    headers: headersOf(['Location', 'Retry-After', 'ETag']),
    content: { 'application/json': { schema: { $ref: getSchemaPath(Regrade) } } },
  })
  @Api({
    id: 'regradeQuiz',
    summary:
      'Correct the key of the current version and grade again what was submitted (its author and admins)',
    description:
      'Send all questions of the current version, in their order, with the right key. What learners saw must stay: ' +
      'prompts, points, the texts to choose from. Credits, right and accepted answers, feedback, explanations, which ' +
      'texts belong together and the right order may change. The learners concerned are told by `submission.scored`. ' +
      'With `If-Match`, only if the quiz is still the one with that `ETag`.',
    etag: 'guarded',
    errors: ['unauthenticated', 'forbidden', 'not_found', 'quiz_not_open', 'version_conflict'],
  })
  async regrade(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Query() { dryRun }: RegradeQuery,
    @IfMatch() ifMatch: Revisions | undefined,
    @Body() { questions }: CorrectKeyDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Regrade | RegradePreview> {
    const correction = await this.corrections.check(caller, id, questions, ifMatch);
    if (dryRun) {
      response.status(200);
      return await this.previews.preview(correction);
    }
    const { revision, view } = await this.regrades.order(correction);
    response.setHeader('Location', `/api/v1/quizzes/${id}/regrades/${view.id}`);
    response.setHeader('Retry-After', '1').setHeader('ETag', etagOf(revision));
    return view;
  }

  @Get('regrades/:regradeId')
  @Api({
    id: 'readRegrade',
    summary: 'How far a regrade is (the author of its quiz and admins)',
    description: 'A `failed` one stopped half-way: order the same correction again, and the rest is graded.',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  async read(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IdParam('regradeId') regradeId: string,
  ): Promise<Regrade> {
    return await this.regrades.read(caller, id, regradeId);
  }
}
