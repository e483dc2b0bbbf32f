import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets';
import { ClientEventDispatcher } from './client-event.dispatcher.js';
import { EventBus } from './event-bus.js';
import type { EventServer, EventSocket } from './event-socket.js';
import { BACKLOG, cutWhenSlow } from './slow-reader.js';
import { SocketHandshake } from './socket.handshake.js';
import { SocketLifecycle } from './socket-lifecycle.js';
import { SocketSessions } from './socket-sessions.js';

/** The Socket.IO edge; features add topics (`Topics`) and client events (`ClientEvents`), never gateways. */
@WebSocketGateway()
export class EventsGateway implements OnGatewayInit, OnGatewayConnection, BeforeApplicationShutdown {
  private readonly logger = new Logger('Socket');
  private readonly welcomes = new WeakMap<EventSocket, () => void>();
  private server: EventServer | undefined;

  constructor(
    private readonly bus: EventBus,
    private readonly handshake: SocketHandshake,
    private readonly sessions: SocketSessions,
    private readonly dispatcher: ClientEventDispatcher,
    private readonly lifecycle: SocketLifecycle,
  ) {}

  afterInit(server: EventServer): void {
    this.server = server;
    this.bus.attach(server);
    server.use(
      (socket, next) =>
        void this.handshake.admit(socket, next, (welcome) => this.welcomes.set(socket, welcome)),
    );
  }

  handleConnection(socket: EventSocket): void {
    const { userId } = socket.data.caller;
    // Nest would only listen for the end after this method, in which a socket may already be ended.
    socket.once('disconnect', () => this.leave(socket));
    cutWhenSlow(socket.conn, BACKLOG, () => this.logger.warn({ userId }, 'a slow reader is cut'));
    socket.onAny((event: unknown, ...args: unknown[]) => this.dispatch(socket, event, args));
    this.lifecycle.connected(socket);
    this.sessions.add(socket);
    this.welcomes.get(socket)?.();
  }

  // Whatever a client sends, it must not end the process for all others.
  private dispatch(socket: EventSocket, event: unknown, args: unknown[]): void {
    this.dispatcher
      .dispatch(socket, event, args)
      .catch((error: unknown) => this.logger.error({ err: error }, 'an event was not answered'));
  }

  private leave(socket: EventSocket): void {
    this.handshake.leave(socket);
    this.lifecycle.disconnected(socket);
    this.sessions.remove(socket);
    // There is one namespace: who left it is nobody any more, and may not keep the connection.
    socket.conn.close();
  }

  /** Closes every connection before the HTTP server waits for them; clients come back, to another process. */
  beforeApplicationShutdown(): void {
    this.handshake.close();
    this.server?.engine.close();
  }
}
