import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession, Roles } from '../../auth/access.decorators.js';
import { Caller } from '../../auth/caller.decorator.js';
import { Api } from '../../common/api.js';
import { IdParam } from '../../common/id-param.decorator.js';
import { ReportPage, ReportQuery, SettleReport } from './report.dto.js';
import { ReportService } from './report.service.js';

@ApiTags('Administration')
@NeedsSession()
@Roles('admin')
@Controller('admin/message-reports')
export class AdminReportsController {
  constructor(private readonly reports: ReportService) {}

  @Get()
  @Api({
    id: 'listMessageReports',
    summary: 'Messages that members reported, the oldest first',
    errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  })
  list(@Query() query: ReportQuery): Promise<ReportPage> {
    return this.reports.list(query);
  }

  @Post(':id/settle')
  @HttpCode(204)
  @Api({
    id: 'settleMessageReport',
    summary: 'Put a report away, and the message with it if need be',
    description: 'May be repeated. It stands in the audit trail of who wrote the message.',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  settle(@Caller() caller: Caller, @IdParam('id') id: string, @Body() body: SettleReport): Promise<void> {
    return this.reports.settle(caller, id, body);
  }
}
