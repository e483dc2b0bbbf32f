import { Injectable } from '@nestjs/common';
import { Sealer } from '../common/sealer.js';
import { Secrets } from '../config/secrets.js';
import { Hopeless, type Job } from '../queue/job.js';
import type { SendMail } from './mail.jobs.js';
import type { MailKind, MailOrder, MailWish } from './mail.types.js';

/** Turns wishes into the data of jobs, and back. */
@Injectable()
export class MailEnvelope {
  private readonly sealer: Sealer;

  constructor(secrets: Secrets) {
    this.sealer = new Sealer(secrets.plainKeys('mail'));
  }

  seal({ kind, userId, secret }: MailWish): SendMail & Record<string, string> {
    return {
      kind,
      ...(userId === undefined ? {} : { userId }),
      ...(secret ? { sealed: this.sealer.seal(JSON.stringify(secret), kind) } : {}),
    };
  }

  /** @throws Hopeless when it was sealed under a secret that is no longer listed */
  open(job: Pick<Job<SendMail>, 'id' | 'data'>): { kind: MailKind; order: MailOrder } {
    const { kind, userId, sealed } = job.data;
    const secret = sealed === undefined ? {} : this.unseal(sealed, kind);
    return { kind, order: { jobId: job.id, promisedAt: promisedAt(job), userId, secret } };
  }

  private unseal(sealed: string, kind: MailKind): Record<string, string> {
    const text = this.sealer.open(sealed, kind);
    if (text === undefined) throw new Hopeless('It was sealed under another secret');
    return JSON.parse(text) as Record<string, string>;
  }
}

/** A UUIDv7 begins with the milliseconds since 1970 (RFC 9562, section 5.7). */
export const promisedAt = ({ id }: Pick<Job, 'id'>): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
