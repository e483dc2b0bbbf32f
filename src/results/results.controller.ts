import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { Results } from './results.dto.js';
import { ResultsService } from './results.service.js';

@ApiTags('Results')
@NeedsSession()
@Controller('quizzes/:id/results')
export class ResultsController {
  constructor(private readonly results: ResultsService) {}

  @Get()
  @Api({
    id: 'readResults',
    summary:
      'What became of a quiz: scores, their distribution, how each question was answered, who did best',
    description:
      'Of the current version, at most 60 s old: `X-Cache` tells whether it was computed before, `Age` how many ' +
      'seconds ago. `If-None-Match` with the `ETag` answers 304. A change of the quiz shows at once. All figures are of ' +
      'all scored submissions, save those of `questions` where a quiz has over 2,000,000 answers: these are of the newest ' +
      '`floor(2000000 / questions)` submissions.',
    ok: { status: 200, type: Results, headers: ['Age', 'X-Cache'] },
    etag: 'read',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  async read(
    @Caller() caller: Caller,
    @IdParam('id') quizId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Results> {
    const { results, hit, ageSec, etag } = await this.results.read(caller, quizId);
    // Who keeps a copy asks again each time: only this cache learns of changes.
    response.set({ 'Cache-Control': 'private, no-cache', ETag: etag });
    response.set({ Age: String(ageSec), 'X-Cache': hit ? 'HIT' : 'MISS' });
    return results;
  }
}
