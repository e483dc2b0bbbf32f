import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Outbox } from '../outbox/outbox.service.js';
import { Sweeper } from '../outbox/sweeper.js';
import type { Job, Processor } from '../queue/job.js';
import { QueueWorkers } from '../queue/queue-workers.js';
import { MailComposers } from './mail-composers.service.js';
import { MailEnvelope, promisedAt } from './mail-envelope.js';
import { MAIL_QUEUE } from './mail.service.js';
import { Mailer } from './mailer.service.js';

/** After so long without a mail server, nobody waits for the mail any more. */
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;

/** Sends promised mails: at least once, since no mail server can promise more. */
@Injectable()
export class MailProcessor implements Processor, OnApplicationBootstrap {
  readonly queue = MAIL_QUEUE;
  readonly batchSize = 10;
  /** Some 10 minutes: who greylists (RFC 6647) takes it by then. */
  readonly maxAttempts = 15;
  private readonly logger = new Logger(MailProcessor.name);

  constructor(
    private readonly mailer: Mailer,
    private readonly composers: MailComposers,
    private readonly envelope: MailEnvelope,
    private readonly outbox: Outbox,
    private readonly workers: QueueWorkers,
    private readonly sweeper: Sweeper,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.register({
      queue: this.queue,
      overdue: async (limit) => await this.outbox.overdue(this.queue, limit),
    });
    this.workers.start(this);
  }

  async process(jobs: Job[]): Promise<Map<string, Error>> {
    const failures = new Map<string, Error>();
    await Promise.all(
      jobs.map(async (job) => {
        try {
          await this.send(job);
        } catch (error) {
          failures.set(job.id, error instanceof Error ? error : new Error(String(error)));
        }
      }),
    );
    await this.outbox.settle(jobs.map((job) => job.id).filter((id) => !failures.has(id)));
    return failures;
  }

  async giveUp(job: Job, error: Error): Promise<void> {
    this.logger.error(`Mail ${job.id} was given up: ${error.message}`);
    await this.outbox.settle([job.id]);
  }

  private async send(job: Job): Promise<void> {
    if (Date.now() - promisedAt(job).getTime() > MAX_AGE_MS) {
      this.logger.warn(`Mail ${job.id} was dropped: it could not be sent for a week`);
      return;
    }
    const { kind, order } = await this.envelope.open(job);
    const mail = await this.composers.of(kind)(order);
    if (mail) await this.mailer.send(job.id, mail);
  }
}
