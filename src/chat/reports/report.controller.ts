import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession } from '../../auth/access.decorators.js';
import { Caller } from '../../auth/caller.decorator.js';
import { Api } from '../../common/api.js';
import { IdParam } from '../../common/id-param.decorator.js';
import { ReportMessage } from './report.dto.js';
import { ReportService } from './report.service.js';

@ApiTags('Conversations')
@NeedsSession()
@Controller('conversations/:id/messages/:messageId/report')
export class ReportController {
  constructor(private readonly reports: ReportService) {}

  @Post()
  @HttpCode(204)
  @Api({
    id: 'reportMessage',
    summary: 'Have administrators look at a message',
    description:
      'They see what it says now, whatever becomes of it. May be repeated; the first report stays.',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  report(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IdParam('messageId') messageId: string,
    @Body() { reason }: ReportMessage,
  ): Promise<void> {
    return this.reports.report(caller, id, messageId, reason);
  }
}
