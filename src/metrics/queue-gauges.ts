import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { jobKinds } from '../jobs/job-kind.js';
import { QueueInspector } from '../queue/queue-inspector.service.js';

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** How full the queues are: the same figures from every process, read when they are asked for. */
@Injectable()
export class QueueGauges implements OnModuleInit {
  private readonly logger = new Logger('Metrics');

  constructor(private readonly queues: QueueInspector) {}

  onModuleInit(): void {
    const oldest = new Gauge({
      name: 'redistack_queue_oldest_waiting_seconds',
      help: 'For how long the job at the front of a queue has waited; 0 when none waits',
      labelNames: ['queue'] as const,
    });
    const paused = new Gauge({
      name: 'redistack_queue_paused',
      help: '1 while a queue is paused',
      labelNames: ['queue'] as const,
    });
    const queues = this.queues;
    const logger = this.logger;
    const jobs = new Gauge({
      name: 'redistack_queue_jobs',
      help: 'Jobs of a queue by state',
      labelNames: ['queue', 'state'] as const,
      async collect() {
        const names = jobKinds().map(({ name }) => name);
        const all = await queues.stats(names).catch((error: unknown) => {
          logger.debug(`Queues could not be counted: ${String(error)}`);
          return [];
        });
        for (const gauge of [jobs, oldest, paused]) gauge.reset();
        for (const [at, stats] of all.entries()) {
          const queue = names[at] ?? '';
          for (const state of STATES) jobs.set({ queue, state }, stats[state]);
          oldest.set({ queue }, (stats.oldestWaitingMs ?? 0) / 1_000);
          paused.set({ queue }, Number(stats.paused));
        }
      },
    });
  }
}
