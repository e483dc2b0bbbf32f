import { Injectable, Logger } from '@nestjs/common';
import { OnJob } from '../jobs/on-job.decorators.js';
import type { Job } from '../queue/job.js';
import { MailComposers } from './mail-composers.service.js';
import { MailEnvelope, promisedAt } from './mail-envelope.js';
import { sendMail, type SendMail } from './mail.jobs.js';
import { Mailer } from './mailer.service.js';

/** After so long without a mail server, nobody waits for the mail any more. */
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;

/** Sends promised mails: at least once, since no mail server can promise more; one at a time, so that a crash repeats one. */
@Injectable()
export class MailProcessor {
  private readonly logger = new Logger(MailProcessor.name);

  constructor(
    private readonly mailer: Mailer,
    private readonly composers: MailComposers,
    private readonly envelope: MailEnvelope,
  ) {}

  @OnJob(sendMail)
  async send(job: Job<SendMail>): Promise<void> {
    if (Date.now() - promisedAt(job).getTime() > MAX_AGE_MS) {
      this.logger.warn(`Mail ${job.id} was dropped: it could not be sent for a week`);
      return;
    }
    const { kind, order } = this.envelope.open(job);
    const mail = await this.composers.of(kind)(order);
    if (mail) await this.mailer.send(job.id, mail);
  }
}
