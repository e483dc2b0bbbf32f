import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import type { ErrorCode } from '../common/errors.js';
import { IdParam } from '../common/id-param.decorator.js';
import { JobPage, JobQuery, QueueList, RetriedJobs } from './queues.dto.js';
import { QueueOperations } from './queues.service.js';

const FOR_ADMINS: ErrorCode[] = ['unauthenticated', 'forbidden'];
const OF_ONE: ErrorCode[] = [...FOR_ADMINS, 'not_found'];
const OF_JOB: ErrorCode[] = ['validation_failed', ...OF_ONE];
const QueueName = () => ApiParam({ name: 'name', example: 'mail.send' });

@ApiTags('Administration')
@NeedsSession()
@Roles('admin')
@Controller('admin/queues')
export class QueuesController {
  constructor(private readonly queues: QueueOperations) {}

  @Get()
  @Api({ id: 'listQueues', summary: 'All queues, and how full they are', errors: FOR_ADMINS })
  async list(): Promise<QueueList> {
    return { data: await this.queues.list() };
  }

  @Get(':name/jobs')
  @QueueName()
  @Api({
    id: 'listJobs',
    summary: 'Jobs of a queue by state',
    description:
      'Those that come next foremost, or that came last. Pages shift while jobs move, and are shorter where some were removed.',
    errors: ['validation_failed', ...OF_ONE],
  })
  jobs(@Param('name') name: string, @Query() query: JobQuery): Promise<JobPage> {
    return this.queues.jobs(name, query);
  }

  @Post(':name/jobs/:id/retry')
  @HttpCode(204)
  @QueueName()
  @Api({ id: 'retryJob', summary: 'Try a job that failed again, as if for the first time', errors: OF_JOB })
  retry(@Caller() caller: Caller, @Param('name') name: string, @IdParam('id') id: string): Promise<void> {
    return this.queues.retry(caller, name, id);
  }

  @Post(':name/retry-failed')
  @HttpCode(200)
  @QueueName()
  @Api({ id: 'retryFailedJobs', summary: 'Try all jobs again that failed', errors: OF_ONE })
  async retryFailed(@Caller() caller: Caller, @Param('name') name: string): Promise<RetriedJobs> {
    return { retried: await this.queues.retryFailed(caller, name) };
  }

  @Post(':name/pause')
  @HttpCode(204)
  @QueueName()
  @Api({
    id: 'pauseQueue',
    summary: 'Let workers take no more jobs',
    description: 'They finish what they are at. A Redis that is emptied forgets the pause.',
    errors: OF_ONE,
  })
  pause(@Caller() caller: Caller, @Param('name') name: string): Promise<void> {
    return this.queues.pause(caller, name);
  }

  @Post(':name/resume')
  @HttpCode(204)
  @QueueName()
  @Api({ id: 'resumeQueue', summary: 'Let workers take jobs again', errors: OF_ONE })
  resume(@Caller() caller: Caller, @Param('name') name: string): Promise<void> {
    return this.queues.resume(caller, name);
  }

  @Delete(':name/jobs/:id')
  @HttpCode(204)
  @QueueName()
  @Api({
    id: 'removeJob',
    summary: 'Remove a job that no worker is at',
    description:
      'One that was not done yet is given up by the next worker that reaches it, so that its promise does not bring it back: a submission is then `failed`.',
    errors: [...OF_JOB, 'job_active'],
  })
  remove(@Caller() caller: Caller, @Param('name') name: string, @IdParam('id') id: string): Promise<void> {
    return this.queues.remove(caller, name, id);
  }
}
