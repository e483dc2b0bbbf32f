import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import { Outbox } from '../jobs/outbox.service.js';
import type { JobInput } from '../queue/job.js';
import { MailEnvelope } from './mail-envelope.js';
import { sendMail } from './mail.jobs.js';
import type { MailWish } from './mail.types.js';

/** Promises mails; the worker composes and sends them. */
@Injectable()
export class MailService {
  constructor(
    private readonly outbox: Outbox,
    private readonly envelope: MailEnvelope,
    private readonly database: Database,
  ) {}

  /** Promises a mail in the commit that is its reason; hand the result to `sendSoon` afterwards. */
  async promise(tx: Transaction, wish: MailWish): Promise<JobInput> {
    return await this.outbox.add(tx, sendMail, this.envelope.seal(wish), { priority: 'high' });
  }

  /** As `promise`, for many that nobody waits for. */
  async promiseLater(tx: Transaction, wishes: MailWish[], delayMs: number): Promise<JobInput[]> {
    const sealed = wishes.map((wish) => this.envelope.seal(wish));
    return await this.outbox.addAll(tx, sendMail, sealed, { priority: 'low', delayMs });
  }

  async sendSoon(...jobs: JobInput[]): Promise<void> {
    await this.outbox.enqueueSoon(sendMail, jobs);
  }

  /** Promises a mail that nothing else is committed with. The same work whatever the wish says. */
  async request(wish: MailWish): Promise<void> {
    await this.sendSoon(await this.promise(this.database, wish));
  }
}
