import { io, type Socket } from 'socket.io-client';
import { asError } from '../../src/common/as-error.js';
import type { ApiClient } from './api-client.js';
import { EventContract } from './event-contract.js';
import { untilLetIn } from './let-in.js';
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

export interface Acknowledged {
  ok: boolean;
  data?: Record<string, unknown>;
  error?: { code: string };
}

/**
 * A Socket.IO front end that keeps what it is sent. Whatever is not as the server's AsyncAPI document has it fails the
 * test that is running, also when that looks at nothing.
 */
export class LiveClient {
  readonly events: LiveEvent[] = [];

  private constructor(
    readonly socket: Socket,
    private readonly contract: EventContract,
  ) {
    socket.onAny((type: string, envelope: Omit<LiveEvent, 'type'>) => {
      this.events.push({ type, ...envelope });
      failUnless(() => contract.checkMessage(type, envelope));
    });
  }

  static async connect(url: string, client: ApiClient): Promise<LiveClient> {
    const contract = await EventContract.of(url);
    const socket = io(url, {
      auth: { token: client.tokens?.accessToken },
      transports: ['websocket'],
      reconnection: false,
    });
    const live = new LiveClient(socket, contract);
    await untilLetIn(socket);
    return live;
  }

  /** The problem with which a handshake is refused. @throws Error when it is not */
  static async refusal(url: string, token: unknown): Promise<unknown> {
    const socket = io(url, { auth: { token }, transports: ['websocket'], reconnection: false });
    try {
      const error = await untilLetIn(socket).then(() => new Error('The socket was let in'), asError);
      const problem: unknown = Reflect.get(error, 'data');
      if (problem === undefined) throw error;
      (await EventContract.of(url)).checkProblem(problem);
      return problem;
    } finally {
      socket.disconnect();
    }
  }

  /** Waits until the server has closed the socket. */
  async closed(withinMs?: number): Promise<void> {
    await waitUntil('the socket is closed', () => !this.socket.connected, withinMs);
  }

  async send(event: string, data: unknown): Promise<Acknowledged> {
    const answer = (await this.socket.timeout(5_000).emitWithAck(event, data)) as Acknowledged;
    this.contract.checkAnswer(event, answer);
    return answer;
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

/** Throws where nobody catches: Jest then fails the test. */
function failUnless(holds: () => void): void {
  try {
    holds();
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}
