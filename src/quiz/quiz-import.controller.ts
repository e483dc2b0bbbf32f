import { Body, Controller, Headers, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { Caller } from '../auth/caller.decorator.js';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Api } from '../common/api.js';
import { ImportView } from './imports/import.dto.js';
import { fileOf } from './imports/import-file.js';
import { LargeImports } from './imports/large-imports.service.js';
import { QuizImportService } from './quiz-import.service.js';
import { ImportQuery, ImportResult } from './quiz.dto.js';

const GIFT_EXAMPLE = '::Reading::Which command reads a string? {=GET ~SET ~PUT}';
const AIKEN_EXAMPLE = 'Which command reads a string?\nA. SET\nB. GET\nANSWER: B';
const XML_EXAMPLE =
  '<quiz><question type="truefalse"><questiontext><text>INCR is atomic.</text></questiontext><answer fraction="100"><text>true</text></answer></question></quiz>';

@ApiTags('Quizzes')
@NeedsSession()
@Controller('quizzes/import')
export class QuizImportController {
  constructor(
    private readonly imports: QuizImportService,
    private readonly large: LargeImports,
  ) {}

  @Post()
  @Roles('author', 'admin')
  @ApiConsumes('text/plain', 'application/xml', 'text/xml')
  @ApiBody({
    schema: { type: 'string' },
    examples: {
      gift: { value: GIFT_EXAMPLE },
      aiken: { value: AIKEN_EXAMPLE },
      xml: { value: XML_EXAMPLE },
    },
  })
  @ApiExtraModels(ImportView)
  @ApiResponse({ status: 200, description: 'A dry run: nothing is stored', type: ImportResult })
  @ApiResponse({
    status: 202,
    description: 'More than 1,000 questions: a job reads them; `Location` is where to follow it',
    headers: {
      Location: { description: '/api/v1/imports/{id}', schema: { type: 'string' } },
      'Retry-After': { description: 'Seconds', schema: { type: 'integer' } },
    },
    content: { 'application/json': { schema: { $ref: getSchemaPath(ImportView) } } },
  })
  @Api({
    id: 'importQuizzes',
    summary: 'Make quizzes of a file: GIFT, Aiken or Moodle XML',
    description:
      'The format is told by `format`, by an XML media type, or by the file itself. One bad question never sinks the ' +
      'file: `rejected` names its line and the reason. At most 5 MB and 10,000 questions, in UTF-8 unless the media ' +
      'type names another `charset`.',
    errors: ['unauthenticated', 'forbidden'],
    ok: { status: 201, description: 'The quizzes are there', type: ImportResult },
  })
  async import(
    @Caller() caller: Caller,
    @Query() query: ImportQuery,
    @Headers('content-type') contentType: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImportResult | ImportView> {
    const file = fileOf(body, contentType, query.format);
    const total = await this.large.sizeOfLarge(file);
    if (total !== undefined) {
      const view = await this.large.accept(caller.userId, file, query, total);
      response.status(202).setHeader('Location', `/api/v1/imports/${view.id}`).setHeader('Retry-After', '1');
      return view;
    }
    if (query.dryRun) response.status(200);
    return await this.imports.import(caller.userId, file, query);
  }
}
