import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiPropertyOptional, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Response } from 'express';
import { Caller } from '../auth/caller.decorator.js';
import { NeedsSession } from '../auth/access.decorators.js';
import { headersOf } from '../common/api-headers.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { giftParts } from '../question/gift/export-gift.js';
import { etagOf } from './etag.decorators.js';
import { attachment } from './file-name.js';
import { QuizService } from './quiz.service.js';

const FORMATS = ['gift'] as const;

export class ExportQuery {
  @ApiPropertyOptional({ enum: FORMATS, default: 'gift' })
  @IsOptional()
  @IsIn(FORMATS)
  format: (typeof FORMATS)[number] = 'gift';
}

@ApiTags('Quizzes')
@NeedsSession()
@Controller('quizzes')
export class QuizExportController {
  constructor(private readonly quizzes: QuizService) {}

  @Get(':id/export')
  @ApiProduces('text/plain')
  @ApiResponse({
    status: 200,
    description: 'The file, as an attachment',
    content: { 'text/plain': { schema: { type: 'string' }, example: '[plain]INCR is atomic. {TRUE\n}\n' } },
    headers: headersOf(['ETag', 'Content-Disposition']),
  })
  @Api({
    id: 'exportQuiz',
    summary: 'The questions as a Moodle GIFT file (its author and admins)',
    description:
      'Importing it gives the same questions. What GIFT has no words for stands in comments that other tools skip: ' +
      '`// [points:5]`, `// [caseSensitive]`, `// [type:multiple_choice]` above a question, and a question that GIFT ' +
      'cannot carry, such as one of ordering, whole as `// [redistack] {…}`.',
    etag: 'read',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  async export(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Query() _query: ExportQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { row, questions } = await this.quizzes.content(caller, id);
    const parts: string[] = [];
    for (const part of giftParts(questions, row.title)) {
      parts.push(part);
      await nextTurn();
    }
    response
      .setHeader('ETag', etagOf(row.revision))
      .setHeader('Content-Disposition', attachment(row.title, 'gift'))
      .type('text/plain')
      .send(parts.join(''));
  }
}
