import { io, type Socket } from 'socket.io-client';
import type { ApiClient } from './api-client.js';
import { waitUntil } from './wait-until.js';

export interface LiveEvent {
  type: string;
  id: string;
  topic: string;
  epoch: string;
  seq: number | null;
  ts: string;
  data: Record<string, unknown>;
}

interface Acknowledged {
  ok: boolean;
  data?: Record<string, unknown>;
  error?: { code: string };
}

/** A Socket.IO front end that keeps what it is sent. */
export class LiveClient {
  readonly events: LiveEvent[] = [];

  private constructor(readonly socket: Socket) {
    socket.onAny((type: string, envelope: Omit<LiveEvent, 'type'>) =>
      this.events.push({ type, ...envelope }),
    );
  }

  static async connect(url: string, client: ApiClient): Promise<LiveClient> {
    const socket = io(url, {
      auth: { token: client.tokens?.accessToken },
      transports: ['websocket'],
      reconnection: false,
    });
    const live = new LiveClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return live;
  }

  /** The problem with which a handshake is refused. @throws Error when it is not */
  static async refusal(url: string, token: unknown): Promise<unknown> {
    const socket = io(url, { auth: { token }, transports: ['websocket'], reconnection: false });
    try {
      return await new Promise((resolve, reject) => {
        socket.once('connect', () => reject(new Error('The socket was let in')));
        socket.once('connect_error', (error) => resolve(Reflect.get(error, 'data')));
      });
    } finally {
      socket.disconnect();
    }
  }

  /** Waits until the server has closed the socket. */
  async closed(withinMs?: number): Promise<void> {
    await waitUntil('the socket is closed', () => !this.socket.connected, withinMs);
  }

  async send(event: string, data: unknown): Promise<Acknowledged> {
    return (await this.socket.timeout(5_000).emitWithAck(event, data)) as Acknowledged;
  }

  subscribe = async (data: { topic: string; since?: number; epoch?: string }) =>
    await this.send('subscribe', data);

  of = (type: string): LiveEvent[] => this.events.filter((event) => event.type === type);

  /** The first event of a type that matches, waiting for it. */
  async next(type: string, matches: (event: LiveEvent) => boolean = () => true): Promise<LiveEvent> {
    await waitUntil(`${type} arrives`, () => this.of(type).some(matches));
    return this.of(type).find(matches) as LiveEvent;
  }

  close(): void {
    this.socket.disconnect();
  }
}
