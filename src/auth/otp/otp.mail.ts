import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.service.js';
import { MailComposers } from '../../mail/mail-composers.service.js';
import { mailText } from '../../mail/mail-text.js';
import type { Mail, MailOrder } from '../../mail/mail.types.js';
import { CodeSlots, type OtpPurpose } from './code-slots.js';
import { OneTimeCodes } from './one-time-codes.js';

interface Addressee {
  id: string;
  email: string;
  username: string;
  emailVerifiedAt: Date | null;
}

const LIFE = 'It is good for 10 minutes, once.';

/**
 * Writes the mails with codes, and makes the codes: only here is it looked up who has an address, so that asking
 * takes the same whether or not anybody does.
 */
@Injectable()
export class OtpMail implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly database: Database,
    private readonly slots: CodeSlots,
    private readonly codes: OneTimeCodes,
  ) {}

  onModuleInit(): void {
    this.composers.register('verify_email', async (order) => await this.toNewcomer(order));
    this.composers.register('otp', async (order) => await this.toAddress(order));
  }

  private async toNewcomer({ jobId, userId }: MailOrder): Promise<Mail | undefined> {
    const user = await this.find({ id: userId ?? '' });
    if (!user || user.emailVerifiedAt) return undefined;
    // It counts as the first one asked for; that it is sent does not depend on it.
    await this.maySend(user, 'verify_email', jobId);
    return await this.withCode(jobId, user, 'verify_email', {
      subject: 'Welcome to RediStack: confirm your address',
      lead: 'your account is ready. Confirm that this address is yours with this code:',
      otherwise: 'If it was not you who signed up, somebody mistyped an address: you need do nothing.',
    });
  }

  private async toAddress({ jobId, secret }: MailOrder): Promise<Mail | undefined> {
    const user = await this.find({ email: secret['email'] ?? '' });
    const purpose = secret['purpose'] === 'login' ? 'login' : 'verify_email';
    if (!user || (purpose === 'verify_email' && user.emailVerifiedAt)) return undefined;
    if (!(await this.maySend(user, purpose, jobId))) return undefined;
    if (purpose === 'login')
      return await this.withCode(jobId, user, purpose, {
        subject: 'Your code to log in to RediStack',
        lead: 'this code logs you in:',
        otherwise: 'If it was not you who asked for it, ignore this mail, and give the code to nobody.',
      });
    return await this.withCode(jobId, user, purpose, {
      subject: 'Confirm your address at RediStack',
      lead: 'confirm that this address is yours with this code:',
      otherwise: 'If it was not you who asked for it, ignore this mail, and give the code to nobody.',
    });
  }

  private async maySend({ email }: Addressee, purpose: OtpPurpose, jobId: string): Promise<boolean> {
    return (await this.codes.ask(this.slots.asked(email, purpose), jobId)) === 0;
  }

  private async find(where: { id: string } | { email: string }): Promise<Addressee | null> {
    return await this.database.user.findFirst({
      where: { ...where, status: 'active', deletedAt: null },
      select: { id: true, email: true, username: true, emailVerifiedAt: true },
    });
  }

  private async withCode(
    jobId: string,
    user: Addressee,
    purpose: OtpPurpose,
    says: { subject: string; lead: string; otherwise: string },
  ): Promise<Mail | undefined> {
    const code = await this.codes.issue(this.slots.otp(user.email, purpose), user.id, jobId);
    if (code === undefined) return undefined;
    return {
      to: user.email,
      subject: says.subject,
      ...mailText({
        greeting: `Hello ${user.username},`,
        paragraphs: [says.lead, LIFE, says.otherwise],
        code,
      }),
    };
  }
}
