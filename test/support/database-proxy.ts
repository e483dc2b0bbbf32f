import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** Stands between a client and PostgreSQL and misbehaves as networks and dying servers do. */
export class DatabaseProxy {
  /** Nothing passes, in either direction, and nobody is told. */
  frozen = false;
  /** Added to every reply that ends a statement or a log-in, in the same packet. */
  appended: Buffer | undefined;
  /** A statement that arrives, and whose reply is lost: the client's connection is cut as soon as it has sent it. */
  unanswered: string | undefined;
  /** How many were answered, those that begin and end transactions too. */
  statements = 0;
  private readonly sockets = new Set<net.Socket>();
  private held: (() => void)[] = [];

  private constructor(
    private readonly server: net.Server,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = new URL(databaseUrl);
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = new DatabaseProxy(server, url.href);
    server.on('connection', (client) =>
      proxy.join(client, net.connect(Number(target.port), target.hostname)),
    );
    return proxy;
  }

  /** What was held passes, in order. */
  thaw(): void {
    this.frozen = false;
    for (const pass of this.held.splice(0)) pass();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: net.Socket, upstream: net.Socket): void {
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (data) => this.pass(() => to.write(from === upstream ? this.reply(data) : data)));
      from.on('error', () => from.destroy());
      from.on('close', () => this.pass(() => to.destroy()));
    }
    client.on('data', (data) => {
      if (this.unanswered === undefined || !data.includes(this.unanswered)) return;
      // PostgreSQL is left to its work: a connection that is reset may be reset before it has read all.
      client.removeAllListeners('close').destroy();
    });
  }

  private pass(move: () => void): void {
    if (this.frozen) this.held.push(move);
    else move();
  }

  private reply = (data: Buffer): Buffer => {
    if (isComplete(data)) this.statements += 1;
    return this.appended && isComplete(data) ? Buffer.concat([data, this.appended]) : data;
  };
}

// A reply ends with ReadyForQuery: 'Z', a length of 5, and the state of the transaction. Within a log-in PostgreSQL
// never goes on after an error, and a client that saw it do so would be in a state that does not exist.
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5]);
const isComplete = (data: Buffer): boolean => data.subarray(-6, -1).equals(READY_FOR_QUERY);

/** PostgreSQL's word before it ends a connection on an administrator's command or at a fast shutdown. */
export function terminationNotice(): Buffer {
  const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to administrator command'];
  const body = Buffer.from(`${fields.join('\0')}\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
