import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** What the server does to a mail; the recipient's name says it: `busy.1@example.org` is one that it answers 451. */
const MANNERS = ['ok', 'busy', 'gone', 'deaf', 'drop'] as const;
type Manner = (typeof MANNERS)[number];

/**
 * A mail server of few words that misbehaves as told: `busy` 451 at RCPT, `gone` 550 there, `deaf` no word after the mail,
 * `drop` the mail taken and the connection ended before the answer, as often as `patience` says; then all is well.
 */
export class SmtpScript {
  /** Of each recipient, how often it was tried. */
  readonly tries = new Map<string, number>();
  /** Of each recipient, the Message-IDs that were taken, in their order. */
  readonly taken = new Map<string, string[]>();
  /** The connections so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: net.Server,
    private readonly patience: number,
  ) {}

  /** @param patience how often it misbehaves to one recipient */
  static async start({ patience = Infinity, port = 0 } = {}): Promise<SmtpScript> {
    const server = net.createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const script = new SmtpScript(server, patience);
    server.on('connection', (socket) => script.talk(socket));
    return script;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private talk(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const say = (line: string) => socket.write(`${line}\r\n`);
    let recipient = '';
    let mail: string | undefined;
    say('220 ready');
    socket.on('data', (chunk) => {
      if (mail !== undefined) {
        mail += chunk.toString();
        if (!mail.endsWith('\r\n.\r\n')) return;
        this.end(socket, recipient, mail);
        mail = undefined;
        return;
      }
      const line = chunk.toString().trim();
      if (/^RCPT/i.test(line)) {
        recipient = /<([^>]*)>/.exec(line)?.[1] ?? '';
        say(this.answerTo(recipient));
      } else if (/^DATA/i.test(line)) {
        mail = '';
        say('354 go on');
      } else say(/^EHLO/i.test(line) ? '250 hello' : '250 ok');
    });
  }

  private answerTo(recipient: string): string {
    const tries = (this.tries.get(recipient) ?? 0) + 1;
    this.tries.set(recipient, tries);
    const manner = this.mannerTo(recipient);
    if (manner === 'busy') return '451 come back later';
    return manner === 'gone' ? '550 nobody of that name' : '250 ok';
  }

  private end(socket: Socket, recipient: string, mail: string): void {
    const manner = this.mannerTo(recipient);
    if (manner !== 'deaf') {
      const id = /^Message-ID: (.*)$/im.exec(mail)?.[1]?.trim() ?? '';
      this.taken.set(recipient, [...(this.taken.get(recipient) ?? []), id]);
    }
    if (manner === 'drop') socket.destroy();
    else if (manner === 'ok') socket.write('250 taken\r\n');
  }

  private mannerTo(recipient: string): Manner {
    if ((this.tries.get(recipient) ?? 0) > this.patience) return 'ok';
    return MANNERS.find((manner) => recipient.startsWith(manner)) ?? 'ok';
  }
}
