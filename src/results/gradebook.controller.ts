import { Controller, Get, Logger, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { headersOf } from '../common/api-headers.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { GradebookPage, GradebookQuery } from './gradebook.dto.js';
import { GradebookService } from './gradebook.service.js';

const FILE = [
  'submissionId,userId,username,attempt,quizVersion,status,submittedAt,scoredAt,score,maxScore,scoreAwarded\r\n',
  '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d,0199d3ec-1b2c-7d3e-8f40-5a6b7c8d9e0f,grace,2,1,scored,',
  '2026-11-24T10:30:00.000Z,2026-11-24T10:30:00.250Z,3,3,1\r\n',
].join('');

@ApiTags('Results')
@NeedsSession()
@Controller('quizzes/:id/submissions')
export class GradebookController {
  private readonly logger = new Logger(GradebookController.name);

  constructor(private readonly gradebook: GradebookService) {}

  @Get()
  @ApiExtraModels(GradebookPage)
  @ApiOkResponse({
    description: 'A page, or with `format=csv` the whole as a file',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(GradebookPage) } },
      'text/csv': { schema: { type: 'string' }, example: FILE },
    },
    headers: headersOf(['Content-Disposition']),
  })
  @Api({
    id: 'readGradebook',
    summary: 'The gradebook: all submissions to a quiz, newest first (its author and admins)',
    description: 'Of learners: the previews of who may read the key are not in it.',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  async read(
    @Caller() caller: Caller,
    @IdParam('id') quizId: string,
    @Query() query: GradebookQuery,
    @Res() response: Response,
  ): Promise<void> {
    if (query.format === 'csv') await this.sendFile(response, quizId, this.gradebook.csv(caller, quizId));
    else response.json(await this.gradebook.page(caller, quizId, query));
  }

  // The first chunk is there before the status is sent: what can be refused is refused with a problem.
  private async sendFile(response: Response, quizId: string, chunks: AsyncGenerator<string>): Promise<void> {
    const first = await chunks.next();
    response.set({
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="gradebook-${quizId}.csv"`,
      'Cache-Control': 'private, no-store',
    });
    const all = async function* () {
      if (!first.done) yield first.value;
      yield* chunks;
    };
    await pipeline(Readable.from(all(), { objectMode: false }), response).catch((error: unknown) => {
      // The connection was cut, so that nobody takes a part for the whole.
      this.logger.warn(`A gradebook was not sent whole: ${String(error)}`);
    });
  }
}
