import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Activities } from '../common/activity/activities.service.js';
import { mayTrack } from '../common/request-context.js';
import { keys } from '../redis/keys.js';
import type { EventSocket } from './event-socket.js';
import { EVENTS_OPTIONS, type EventsOptions } from './events.options.js';
import { hangUp } from './hang-up.js';
import { NoticeChannel } from './notice-channel.js';
import { every, type Repeating } from './repeat.js';
import { sessionRevoked } from './session.events.js';
import { SocketAuthenticator } from './socket-authenticator.js';
import { Topics } from './topics.js';
import { transientEvent } from './transient-event.js';

const CHECKED_AT_ONCE = 500;
// A session may end while a socket of it is being let in.
const REMEMBERED_MS = 10_000;

/** Closes the sockets of sessions that ended: at once when told, within the interval when that was missed. */
@Injectable()
export class SocketSessions implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Socket');
  private readonly endedAt = new Map<string, number>();
  private readonly sockets = new Map<string, Set<EventSocket>>();
  private checking: Repeating | undefined;

  constructor(
    private readonly channel: NoticeChannel,
    private readonly topics: Topics,
    private readonly modules: ModuleRef,
    private readonly activities: Activities,
    @Inject(EVENTS_OPTIONS) private readonly options: EventsOptions,
  ) {}

  /** Provided by a feature, which events must not import. */
  get authenticator(): SocketAuthenticator {
    return this.modules.get(SocketAuthenticator, { strict: false });
  }

  onModuleInit(): void {
    this.topics.declare(sessionRevoked);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.channel.onReturn(() => void this.check());
    this.checking = every(this.options.sessionCheckEveryMs, async () => await this.check());
    await this.channel
      .listen(keys.auth.ended('all'), (message) => this.hearEnd(message.slice(message.indexOf(':') + 1)))
      .catch((error: unknown) => this.logger.warn({ err: error }, 'not yet told of sessions that end'));
  }

  beforeApplicationShutdown(): void {
    this.checking?.stop();
  }

  add(socket: EventSocket): void {
    const { sessionId } = socket.data.caller;
    this.tellSeen(socket);
    const sockets = this.sockets.get(sessionId) ?? new Set();
    this.sockets.set(sessionId, sockets.add(socket));
    if (this.endedAt.has(sessionId)) this.end(sessionId);
  }

  remove(socket: EventSocket): void {
    const { sessionId } = socket.data.caller;
    const sockets = this.sockets.get(sessionId);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.sockets.delete(sessionId);
  }

  private hearEnd(sessionId: string): void {
    this.endedAt.set(sessionId, Date.now());
    this.end(sessionId);
  }

  private end(sessionId: string): void {
    const { type, envelope } = transientEvent(sessionRevoked, sessionRevoked.topic.pattern, { sessionId });
    for (const socket of this.sockets.get(sessionId) ?? []) {
      socket.emit(type, envelope);
      hangUp(socket);
    }
  }

  /** Closes the sockets of sessions that ended, among these; while that cannot be known they stay up. */
  async check(
    among = [...this.sockets.values()].flatMap(([socket]) => (socket ? [socket] : [])),
  ): Promise<void> {
    this.forgetEnded();
    const sockets = [...new Map(among.map((one) => [one.data.caller.sessionId, one])).values()];
    try {
      for (let from = 0; from < sockets.length; from += CHECKED_AT_ONCE) {
        await this.checkSome(sockets.slice(from, from + CHECKED_AT_ONCE));
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'sessions of sockets could not be checked; they stay up');
    }
  }

  /** @param sockets one of each session */
  private async checkSome(sockets: EventSocket[]): Promise<void> {
    const alive = await this.authenticator.stillAlive(sockets.map((socket) => socket.data.caller));
    sockets.forEach((socket, index) => {
      if (alive[index] === false) this.end(socket.data.caller.sessionId);
      else this.tellSeen(socket);
    });
  }

  private tellSeen({ data: { caller }, handshake }: EventSocket): void {
    const { userId, sessionId } = caller;
    this.activities.tell({ kind: 'seen', userId, sessionId }, mayTrack(handshake.headers));
  }

  private forgetEnded(): void {
    const before = Date.now() - REMEMBERED_MS;
    for (const [sessionId, at] of this.endedAt) if (at < before) this.endedAt.delete(sessionId);
  }
}
