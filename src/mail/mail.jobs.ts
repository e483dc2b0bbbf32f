import { IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { jobKind } from '../jobs/job-kind.js';
import { MAIL_KINDS, type MailKind } from './mail.types.js';

/** A mail as its job rests in Redis and in the outbox: no address, code or token in the clear. */
export class SendMail {
  @IsIn(MAIL_KINDS)
  kind: MailKind;

  @IsOptional()
  @IsUUID()
  userId?: string;

  @IsOptional()
  @IsString()
  sealed?: string;
}

export const sendMail = jobKind({
  name: 'mail.send',
  data: SendMail,
  promisedBy: 'outbox',
  /** Some 10 minutes: who greylists (RFC 6647) takes it by then. */
  maxAttempts: 15,
});
