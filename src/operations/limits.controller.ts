import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import type { ErrorCode } from '../common/errors.js';
import { SubjectLimits } from './limits.dto.js';
import { LimitOperations } from './limits.service.js';

const ERRORS: ErrorCode[] = ['validation_failed', 'unauthenticated', 'forbidden'];
const SubjectParam = () =>
  ApiParam({
    name: 'subject',
    example: 'user:0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10',
    description:
      '`user:<id>`, `ip:<address>` (IPv6: counted by its /64; `ip:unknown` for all who came with none), `account:<e-mail address or username>`, or `custom:<text>` for what a rule of its own counts by',
  });

@ApiTags('Administration')
@NeedsSession()
@Roles('admin')
@Controller('admin/limits')
export class LimitsController {
  constructor(private readonly limits: LimitOperations) {}

  @Get(':subject')
  @SubjectParam()
  @Api({ id: 'readLimits', summary: 'How much of its limits somebody has used', errors: ERRORS })
  read(@Param('subject') subject: string): Promise<SubjectLimits> {
    return this.limits.look(subject);
  }

  @Delete(':subject')
  @HttpCode(204)
  @SubjectParam()
  @Api({
    id: 'forgiveLimits',
    summary: 'Have the limits of somebody begin anew',
    description:
      'May be repeated. What failed log-ins have locked stays locked, and codes by mail keep their pace: those are no rate limits.',
    errors: ERRORS,
  })
  forgive(@Caller() caller: Caller, @Param('subject') subject: string): Promise<void> {
    return this.limits.forgive(caller, subject);
  }
}
