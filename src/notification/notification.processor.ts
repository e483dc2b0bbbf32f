import { Injectable } from '@nestjs/common';
import { OnJob } from '../jobs/on-job.decorators.js';
import type { Job } from '../queue/job.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import './kinds/index.js';
import { tellNotifications, type TellNotifications } from './notification.jobs.js';
import { NotificationRepository } from './notification.repository.js';
import { tell } from './notification.scripts.js';
import { viewOf } from './notification-view.js';

/** The worker's side: tells users live what was written. */
@Injectable()
export class NotificationProcessor {
  constructor(
    private readonly rows: NotificationRepository,
    private readonly scripts: ScriptRunner,
  ) {}

  @OnJob(tellNotifications)
  async tell({ data }: Job<TellNotifications>): Promise<void> {
    const rows = await this.rows.find(data.ids.split(','));
    await this.scripts.runAll(rows.map((row) => call(tell, { userId: row.userId, view: viewOf(row) })));
  }
}
