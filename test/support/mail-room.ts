import { startMailCatcher, type CaughtMail, type MailCatcher } from '../../tools/lib/mail-catcher.mjs';
import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

/** A real mail server, and the mails it was given; pass `env` to the stack. */
export class MailRoom {
  private constructor(private catcher: MailCatcher) {}

  static async start(): Promise<MailRoom> {
    return new MailRoom(await startMailCatcher());
  }

  get env(): { SMTP_URL: string } {
    return { SMTP_URL: this.catcher.smtpUrl };
  }

  /** All mails to an address, oldest first. */
  to = (address: string): CaughtMail[] =>
    this.catcher.messages.filter((mail) => mail.to.includes(address)).reverse();

  /** Waits for the mail that makes it `count` to the address. */
  async nth(address: string, count: number): Promise<CaughtMail> {
    await waitUntil(`mail ${count} has come`, () => this.to(address).length >= count);
    const mail = this.to(address)[count - 1];
    if (!mail) throw new Error('There is no such mail');
    return mail;
  }

  /** The code of that mail. */
  async code(address: string, count: number): Promise<string> {
    return codeOf(await this.nth(address, count));
  }

  /** Waits until all that was promised has been sent, or found to be for nobody. */
  async settled(stack: Stack): Promise<void> {
    await waitUntil(
      'no mail is promised',
      async () => (await stack.sql('SELECT 1 FROM outbox')).length === 0,
    );
  }

  /** The mail server is away while `work` is done; what it was given before is forgotten. */
  async whileAway(work: () => Promise<void>): Promise<void> {
    await this.catcher.close();
    try {
      await work();
    } finally {
      this.catcher = await startMailCatcher({ smtpPort: Number(new URL(this.catcher.smtpUrl).port) });
    }
  }

  stop = async (): Promise<void> => await this.catcher.close();
}

/** @throws Error when the mail has no code */
export function codeOf(mail: CaughtMail): string {
  const code = /^ +(\d{6})$/m.exec(mail.text)?.[1];
  if (code === undefined) throw new Error(`No code in: ${mail.text}`);
  return code;
}

/** As if every code that was asked for had been asked for a minute earlier. */
export async function aMinuteLater(stack: Stack): Promise<void> {
  for (const key of await stack.redis.keys('rs:{*}:*asked*')) {
    for (const member of await stack.redis.zrange(key, 0, '-1'))
      await stack.redis.zincrby(key, -60_000, member);
  }
}
