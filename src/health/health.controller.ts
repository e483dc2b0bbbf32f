import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/access.decorators.js';
import { Api } from '../common/api.js';
import { Health } from './health.dto.js';
import { HealthService } from './health.service.js';

@ApiTags('Operators')
@Public({ limited: false })
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Api({ id: 'live', summary: 'The process runs' })
  live(): Health {
    return { status: 'ok' };
  }

  @Get('ready')
  @Api({ id: 'ready', summary: 'Redis and PostgreSQL answer and every board is whole; else 503' })
  async ready(): Promise<Health> {
    await this.health.check();
    return { status: 'ok' };
  }
}
