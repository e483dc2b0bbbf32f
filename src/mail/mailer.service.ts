import { Inject, Injectable, Logger } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import type { Mail } from './mail.types.js';

const TIMEOUT_MS = 5_000;
/** One plain address: nothing that a mail server could take for a second one, or for the end of a line. */
const PLAIN_ADDRESS = /^[^\s"'(),:;<>[\\\]@\p{C}]+@[^\s"'(),:;<>[\\\]@\p{C}]+$/u;
const CONTROL = /\p{Cc}/u;

/** Sends by SMTP_URL; without one, mails are dropped and the log says so. */
@Injectable()
export class Mailer {
  private readonly logger = new Logger(Mailer.name);
  private readonly transport: Transporter | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.transport = config.SMTP_URL ? createTransport(bounded(config.SMTP_URL)) : undefined;
    if (!this.transport) this.logger.warn('SMTP_URL is not set: mails are dropped');
  }

  /**
   * @param id names the mail, so that a mail server can tell a second delivery of it
   * @throws Error that names no address: what a mail server answers often does, and errors are logged
   */
  async send(id: string, { to, ...mail }: Mail): Promise<void> {
    if (!PLAIN_ADDRESS.test(to) || CONTROL.test(mail.subject))
      throw new Error('The head of the mail is not plain');
    try {
      await this.transport?.sendMail({
        ...mail,
        to: { name: '', address: to },
        from: this.config.MAIL_FROM,
        messageId: `<${id}@redistack>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (error) {
      throw withoutAddress(error);
    }
  }
}

/** What a mail server has against one mail; everything else stands between us and the server, and passes. */
const OF_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE', 'ESTREAM']);

/** An error with the codes of this one alone; as an outage (see `isOutage`) when it has nothing to do with the mail. */
function withoutAddress(error: unknown): Error {
  const read = (name: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  const codes = [read('code'), read('responseCode')].filter(
    (code) => typeof code === 'string' || typeof code === 'number',
  );
  const isOutage = typeof codes[0] === 'string' && !OF_THE_MAIL.has(codes[0]);
  return Object.assign(
    new Error(`The mail server ${isOutage ? 'is away' : 'did not take it'}: ${codes.join(' ')}`),
    isOutage ? { code: 'ECONNREFUSED' } : {},
  );
}

/** The same URL with an end to every wait: nodemailer reads its options from the query. */
function bounded(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  for (const name of ['connectionTimeout', 'greetingTimeout', 'socketTimeout']) {
    url.searchParams.set(name, String(TIMEOUT_MS));
  }
  return url.toString();
}
