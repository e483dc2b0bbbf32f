import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.service.js';
import { MailComposers } from '../../mail/mail-composers.service.js';
import { mailText } from '../../mail/mail-text.js';
import type { Mail, MailOrder } from '../../mail/mail.types.js';

/** Tells the owner that the second factor was switched on or off: whoever did it may be somebody else. */
@Injectable()
export class MfaMail implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.composers.register('mfa_enabled', async (order) => await this.notice(order, 'on'));
    this.composers.register('mfa_disabled', async (order) => await this.notice(order, 'off'));
  }

  private async notice({ userId, promisedAt }: MailOrder, state: 'on' | 'off'): Promise<Mail | undefined> {
    const user = await this.database.user.findUnique({ where: { id: userId ?? '', deletedAt: null } });
    if (!user) return undefined;
    const at = promisedAt.toISOString().replace('T', ' ').slice(0, 16);
    return {
      to: user.email,
      subject: `Two-step sign-in is ${state}`,
      ...mailText({
        greeting: `Hello ${user.username},`,
        paragraphs: [
          `two-step sign-in was switched ${state} for your account, at ${at} UTC.`,
          'If it was not you, somebody else is signed in as you: set a new password at once, which ends every session.',
        ],
      }),
    };
  }
}
