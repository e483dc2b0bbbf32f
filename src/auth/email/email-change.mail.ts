import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.service.js';
import { MailComposers } from '../../mail/mail-composers.service.js';
import { mailText } from '../../mail/mail-text.js';
import type { Mail, MailOrder } from '../../mail/mail.types.js';
import { CodeSlots } from '../otp/code-slots.js';
import { OneTimeCodes } from '../otp/one-time-codes.js';
import { PendingAddress } from './pending-address.js';

/** Writes the mails of a change of address, and makes its code where nobody waits for the answer. */
@Injectable()
export class EmailChangeMail implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly database: Database,
    private readonly slots: CodeSlots,
    private readonly codes: OneTimeCodes,
    private readonly pending: PendingAddress,
  ) {}

  onModuleInit(): void {
    this.composers.register('email_change', async (order) => await this.toNew(order));
    this.composers.register('email_change_requested', async (order) => await this.toOld(order));
    this.composers.register('email_changed', async (order) => await this.afterwards(order));
  }

  private async toNew({ jobId, userId = '', secret }: MailOrder): Promise<Mail | undefined> {
    const to = secret['email'] ?? '';
    const username = await this.usernameOf(userId);
    if (username === undefined) return undefined;
    // Nobody's mailbox fills because several accounts want its address, and none learns of the others.
    if ((await this.codes.ask(this.slots.asked(to, 'email_change'), jobId)) > 0) return undefined;
    if ((await this.database.user.count({ where: { email: to } })) > 0) return taken(to);
    const code = await this.codes.issue(this.slots.emailChange(userId), this.pending.seal(userId, to), jobId);
    if (code === undefined) return undefined;
    return {
      to,
      subject: 'Confirm your new address at RediStack',
      ...mailText({
        greeting: `Hello ${username},`,
        paragraphs: [
          'this code makes this address that of your account:',
          'It is good for 10 minutes, once.',
          'If it was not you who asked for it, ignore this mail, and give the code to nobody.',
        ],
        code,
      }),
    };
  }

  private async toOld({ userId = '', secret }: MailOrder): Promise<Mail | undefined> {
    const username = await this.usernameOf(userId);
    if (username === undefined) return undefined;
    return {
      to: secret['email'] ?? '',
      subject: 'Your RediStack account is to get another address',
      ...mailText({
        greeting: `Hello ${username},`,
        paragraphs: [
          'somebody who is signed in to your account, and knows its password, asked to change its e-mail address.',
          'Nothing changes until the code that we sent to the new address is entered.',
          'If it was not you, change your password and end all other sessions now.',
        ],
      }),
    };
  }

  private async afterwards({ userId = '', secret }: MailOrder): Promise<Mail | undefined> {
    const username = await this.usernameOf(userId);
    if (username === undefined) return undefined;
    return {
      to: secret['email'] ?? '',
      subject: 'Your RediStack account has another address now',
      ...mailText({
        greeting: `Hello ${username},`,
        paragraphs: [
          'the e-mail address of your account was changed; this one is no longer used for it.',
          'If it was not you, write to whoever runs this site.',
        ],
      }),
    };
  }

  private async usernameOf(id: string): Promise<string | undefined> {
    const where = { id, status: 'active' as const, deletedAt: null };
    return (await this.database.user.findFirst({ where, select: { username: true } }))?.username;
  }
}

/** To who has the address already: neither asks the other's name. */
const taken = (to: string): Mail => ({
  to,
  subject: 'Somebody wanted to use your address at RediStack',
  ...mailText({
    paragraphs: [
      'Somebody asked to make this address that of their account. It belongs to yours already, so nothing has changed.',
      'If it was you, log in with the account that has it. If not, you need do nothing.',
    ],
  }),
});
