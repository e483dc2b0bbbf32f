import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/**
 * Stands between clients and Redis. It can lose one reply, so that the command was done and nobody is told, or one request; it
 * can keep a command back, with what its client sends after it, so that it is done late; and it counts the round trips.
 */
export class RedisProxy {
  /** Part of the command that is kept back. */
  keptBack: string | undefined;
  private late: (() => void)[] = [];
  private left = { reply: Infinity, request: Infinity };
  private isAsked = false;
  /** How often Redis was asked after it had answered. */
  roundTrips = 0;
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    readonly url: string,
  ) {}

  static async start(redisUrl: string): Promise<RedisProxy> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = new URL(redisUrl);
    const proxy = new RedisProxy(server, `redis://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (client) =>
      proxy.join(client, net.connect(Number(target.port), target.hostname)),
    );
    return proxy;
  }

  /** The reply, or request, after so many others ends its connection instead of arriving. */
  cutAfter(others: number, what: 'reply' | 'request'): void {
    this.left[what] = others;
  }

  get hasCut(): boolean {
    return Math.min(...Object.values(this.left)) < 0;
  }

  get isKeepingBack(): boolean {
    return this.late.length > 0;
  }

  /** What was kept back arrives, in order. */
  letGo(): void {
    this.keptBack = undefined;
    for (const send of this.late.splice(0)) send();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: net.Socket, upstream: net.Socket): void {
    let isLate = false;
    client.on('data', (data) => {
      if (!this.isAsked) this.roundTrips += 1;
      this.isAsked = true;
      isLate = this.keptBack !== undefined && (isLate || data.includes(this.keptBack));
      if (isLate) this.late.push(() => upstream.write(data));
      else this.pass('request', data, upstream, client);
    });
    upstream.on('data', (data) => {
      this.isAsked = false;
      this.pass('reply', data, client, client);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => other.destroy());
    }
  }

  private pass(what: 'reply' | 'request', data: Buffer, to: net.Socket, client: net.Socket): void {
    if (this.left[what] === 0) client.destroy();
    else to.write(data);
    this.left[what] -= 1;
  }
}
