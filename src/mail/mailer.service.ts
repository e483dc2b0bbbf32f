import { Transform } from 'node:stream';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { Failure } from '../queue/job.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import type { Mail } from './mail.types.js';
import { failureOf } from './smtp-failure.js';

const TIMEOUT_MS = 5_000;
/** One connection is kept for the mails that follow, for so many of them; what fails is ours to try again. */
const POOL = { pool: true, maxConnections: 1, maxMessages: 100, maxRequeues: 0 };
/** One plain address: nothing that a mail server could take for a second one, or for the end of a line. */
const PLAIN_ADDRESS = /^[^\s"'(),:;<>[\\\]@\p{C}]+@[^\s"'(),:;<>[\\\]@\p{C}]+$/u;
const CONTROL = /\p{Cc}/u;

/** Sends by SMTP_URL; without one, mails are dropped and the log says so. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly logger = new Logger(Mailer.name);
  private readonly transport: Transporter | undefined;
  /** Message-IDs of mails whose every line was given to the server, which may have taken them. */
  private readonly handedOver = new Set<string>();

  constructor(@Inject(CONFIG) private readonly config: Config) {
    if (!config.SMTP_URL) {
      this.logger.warn('SMTP_URL is not set: mails are dropped');
      return;
    }
    this.transport = createTransport(bounded(config.SMTP_URL));
    this.transport.use('stream', ({ data, message }, done) => {
      message.transform(atItsEnd(() => this.handedOver.add(String(data.messageId))));
      done();
    });
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }

  /**
   * @param id names the mail, so that a mail server can tell a second delivery of it
   * @throws Hopeless when the server will not have it; an outage when there is no server; else a Failure. None names an
   *   address: what a mail server answers often does, and errors are logged
   */
  async send(id: string, { to, unsubscribeUrl, ...mail }: Mail): Promise<void> {
    if (!PLAIN_ADDRESS.test(to) || CONTROL.test(mail.subject))
      throw new Failure('The head of the mail is not plain');
    const messageId = `<${id}@redistack>`;
    try {
      await this.transport?.sendMail({
        ...mail,
        to: { name: '', address: to },
        from: this.config.MAIL_FROM,
        messageId,
        headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(unsubscribeUrl) },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (error) {
      throw failureOf(error, this.handedOver.has(messageId));
    } finally {
      this.handedOver.delete(messageId);
    }
  }
}

/** Passes a mail on, and tells when all of it went by. */
const atItsEnd = (tell: () => void): Transform =>
  new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => {
      tell();
      done();
    },
  });

/** One click is enough to unsubscribe (RFC 2369, RFC 8058). */
const unsubscribeHeaders = (url: string | undefined): Record<string, string> =>
  url === undefined
    ? {}
    : { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };

/** The same URL with an end to every wait: nodemailer reads its options from the query. */
function bounded(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  for (const name of ['connectionTimeout', 'greetingTimeout', 'socketTimeout'])
    url.searchParams.set(name, String(TIMEOUT_MS));
  for (const [name, value] of Object.entries(POOL)) url.searchParams.set(name, String(value));
  return url.toString();
}
