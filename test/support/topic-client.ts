import type { Socket as TcpSocket } from 'node:net';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { Acknowledgement } from '../../src/events/client-event.dispatcher.js';
import type { EventEnvelope } from '../../src/events/event-envelope.js';
import type { Subscription } from '../../src/events/subscribe.dto.js';
import { untilLetIn } from './let-in.js';
import { waitUntil } from './wait-until.js';

export interface Heard {
  type: string;
  envelope: EventEnvelope;
}

/** A client that writes down what it hears. */
export class TopicClient {
  readonly heard: Heard[] = [];
  readonly socket: Socket;

  constructor(url: string, token: unknown, options: Partial<ManagerOptions & SocketOptions> = {}) {
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token },
      ...options,
    });
    this.socket.onAny((type: string, envelope: EventEnvelope) => this.heard.push({ type, envelope }));
  }

  /** Resolves when the server let it in. */
  async connected(): Promise<this> {
    await untilLetIn(this.socket);
    return this;
  }

  /** @param event text; a number is what only a hostile client sends */
  async ask(event: string | number, ...args: unknown[]): Promise<Acknowledgement> {
    return (await this.socket.timeout(5_000).emitWithAck(event as string, ...args)) as Acknowledgement;
  }

  async subscribe(topic: string, since?: number, epoch?: string): Promise<Subscription> {
    const answer = await this.ask('subscribe', { topic, since, epoch });
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.data as Subscription;
  }

  /** The seqs heard of a topic, in the order heard; transient events have none. */
  seqs = (topic: string): number[] =>
    this.heard.flatMap(({ envelope }) =>
      envelope.topic === topic && envelope.seq !== null ? [envelope.seq] : [],
    );

  async hears(what: string, condition: (heard: Heard[]) => boolean, withinMs?: number): Promise<void> {
    await waitUntil(what, () => condition(this.heard), withinMs);
  }

  /** Waits for the topic's event `seq`; transient events may come before and after it. */
  async hearsUpTo(topic: string, seq: number): Promise<void> {
    await waitUntil(`${topic} up to ${seq}`, () => this.seqs(topic).at(-1) === seq, 30_000);
  }

  async disconnected(): Promise<void> {
    await waitUntil('the socket is closed', () => !this.socket.connected);
  }

  /** Takes nothing from the network any more, without a word. */
  stopReading(): void {
    const webSocket: unknown = Reflect.get(this.socket.io.engine.transport, 'ws');
    (Reflect.get(webSocket as object, '_socket') as TcpSocket).pause();
  }

  close(): void {
    this.socket.close();
  }
}
