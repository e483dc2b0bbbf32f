import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, validateOrReject } from 'class-validator';
import { Sealer } from '../common/sealer.js';
import { Secrets } from '../config/secrets.js';
import type { Job } from '../queue/job.js';
import { MAIL_KINDS, type MailKind, type MailOrder, type MailWish } from './mail.types.js';

/** A job as it rests in Redis and in the outbox: no address, code or token in the clear. */
class MailJob {
  @IsIn(MAIL_KINDS)
  kind: MailKind;

  @IsOptional()
  @IsUUID()
  userId?: string;

  @IsOptional()
  @IsString()
  sealed?: string;
}

/** Turns wishes into the data of jobs, and back. */
@Injectable()
export class MailEnvelope {
  private readonly sealer: Sealer;

  constructor(secrets: Secrets) {
    this.sealer = new Sealer(secrets.plainKeys('mail'));
  }

  seal({ kind, userId, secret }: MailWish): Record<string, string> {
    return {
      kind,
      ...(userId === undefined ? {} : { userId }),
      ...(secret ? { sealed: this.sealer.seal(JSON.stringify(secret), kind) } : {}),
    };
  }

  /** @throws when the job is of no known shape, or was sealed under a secret that is no longer listed */
  async open(job: Pick<Job, 'id' | 'data'>): Promise<{ kind: MailKind; order: MailOrder }> {
    const mail = plainToInstance(MailJob, job.data);
    await validateOrReject(mail);
    const { kind, userId, sealed } = mail;
    const secret = sealed === undefined ? {} : this.unseal(sealed, kind);
    return { kind, order: { jobId: job.id, promisedAt: promisedAt(job), userId, secret } };
  }

  private unseal(sealed: string, kind: MailKind): Record<string, string> {
    const text = this.sealer.open(sealed, kind);
    if (text === undefined) throw new Error('was sealed under another secret');
    return JSON.parse(text) as Record<string, string>;
  }
}

/** A UUIDv7 begins with the milliseconds since 1970 (RFC 9562, section 5.7). */
export const promisedAt = ({ id }: Pick<Job, 'id'>): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
