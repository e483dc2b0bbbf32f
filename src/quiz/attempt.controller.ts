import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { Attempt } from './attempt.dto.js';
import { AttemptService } from './attempt.service.js';

@ApiTags('Submissions')
@NeedsSession()
@Controller('quizzes/:id/attempts')
export class AttemptController {
  constructor(private readonly attempts: AttemptService) {}

  @Post()
  @Api({
    id: 'beginAttempt',
    summary: 'Begin an attempt at a quiz: start its clock and get its questions',
    description:
      'Needed where the quiz has a time limit or shuffles, welcome everywhere. While an attempt at the current version ' +
      'is open, the same one is answered, with the same deadline and order. It takes one submission. An attempt whose ' +
      'time ran out counts as used; one without a time limit counts when it is handed in.',
    errors: ['validation_failed', 'unauthenticated', 'not_found', 'quiz_not_open', 'attempts_exhausted'],
  })
  async begin(@Caller() caller: Caller, @IdParam('id') quizId: string): Promise<Attempt> {
    return await this.attempts.begin(caller, quizId);
  }
}
