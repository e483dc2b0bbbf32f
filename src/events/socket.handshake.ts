import { Inject, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express } from 'express';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { toAppError, toProblem } from '../common/problem.js';
import { runWithRequestId } from '../common/request-context.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import type { Connection, EventSocket } from './event-socket.js';
import { addressOf } from './handshake-address.js';
import { BACKLOG } from './slow-reader.js';
import { SocketBudget } from './socket-budget.js';
import { SocketSessions } from './socket-sessions.js';
import { Subscriptions } from './subscriptions.service.js';

const MAX_TOKEN_LENGTH = 4096;

type Next = (refusal?: Error & { data?: unknown }) => void;

/** Lets a socket in, or refuses it with a problem as the `data` of `connect_error`. */
@Injectable()
export class SocketHandshake {
  private readonly logger = new Logger('Socket');
  private readonly underway = new WeakSet<Connection>();
  private closed = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sessions: SocketSessions,
    private readonly subscriptions: Subscriptions,
    private readonly http: HttpAdapterHost,
  ) {}

  /** Lets nobody in any more. */
  close(): void {
    this.closed = true;
  }

  /**
   * A Socket.IO middleware, since guards do not run before a connection.
   * @param welcomed receives what to run when the socket is connected
   */
  async admit(socket: EventSocket, next: Next, welcomed: (run: () => void) => void): Promise<void> {
    await runWithRequestId(newId(), async () => {
      try {
        welcomed(await this.letIn(socket));
        next();
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.code === 'internal') this.logger.error({ err: error.details.cause });
        const problem = toProblem(error, '/socket.io');
        next(Object.assign(new Error(problem.title), { data: problem }));
      }
    });
  }

  private async letIn(socket: EventSocket): Promise<() => void> {
    if (this.closed) {
      // A client that is refused stays away; one whose connection closes comes back, to another process.
      socket.conn.close();
      throw new AppError('unavailable', { detail: 'This server is stopping; connect again' });
    }
    // A client may ask again after a refusal, but not many times at once over one connection.
    if (this.underway.has(socket.conn))
      throw new AppError('rate_limited', { detail: 'One handshake at a time' });
    this.underway.add(socket.conn);
    try {
      const ip = addressOf(this.http.httpAdapter.getInstance<Express>(), socket.request);
      const caller = await this.sessions.authenticator.authenticate(tokenOf(socket), ip);
      socket.data = {
        ...{ caller, ip },
        budget: new SocketBudget(this.config.limits.SOCKET),
        feeds: new Map(),
        replayLeft: BACKLOG.bytes,
        gone: false,
      };
      socket.conn.once('close', () => this.leave(socket));
      if (socket.conn.readyState !== 'open') this.leave(socket);
      return await this.subscriptions.welcome(socket);
    } finally {
      this.underway.delete(socket.conn);
    }
  }

  /** Forgets a socket that is gone, or that never came. */
  leave(socket: EventSocket): void {
    socket.data.gone = true;
    this.subscriptions.leaveAll(socket);
  }
}

function tokenOf(socket: EventSocket): string {
  const auth: Record<string, unknown> = socket.handshake.auth;
  const { token } = auth;
  if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN_LENGTH)
    throw new AppError('unauthenticated', { detail: 'Give the access token as auth.token' });
  return token;
}
