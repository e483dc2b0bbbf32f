import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MailComposers } from '../mail/mail-composers.service.js';
import { mailText } from '../mail/mail-text.js';
import type { Mail, MailOrder } from '../mail/mail.types.js';

/** Writes the last mail to somebody whose account is gone; the address rests sealed until then, and nowhere else. */
@Injectable()
export class AccountMail implements OnModuleInit {
  constructor(private readonly composers: MailComposers) {}

  onModuleInit(): void {
    this.composers.register('account_deleted', async (order) => await Promise.resolve(goodbye(order)));
  }
}

const goodbye = ({ secret }: MailOrder): Mail => ({
  to: secret['email'] ?? '',
  subject: 'Your RediStack account was deleted',
  ...mailText({
    greeting: `Goodbye ${secret['username'] ?? ''},`,
    paragraphs: [
      'your account was deleted, and with it your name, your address and where you were signed in.',
      'What you scored stays in the statistics, under no name. You may sign up again with this address at any time.',
      'If it was not you, write to whoever runs this site.',
    ],
  }),
});
