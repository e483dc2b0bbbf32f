import { Injectable } from '@nestjs/common';
import type { EventSocket } from './event-socket.js';

/** Must not throw, nor wait: what takes long it begins. */
type Listener = (socket: EventSocket) => void;

/** Tells features of sockets that come and go in this process; they register in `onModuleInit`. */
@Injectable()
export class SocketLifecycle {
  private readonly arrivals: Listener[] = [];
  private readonly departures: Listener[] = [];

  /** Runs for each socket that was let in. */
  onConnect(listener: Listener): void {
    this.arrivals.push(listener);
  }

  /** Runs once for each socket that had come, whatever it was that ended it. */
  onDisconnect(listener: Listener): void {
    this.departures.push(listener);
  }

  connected(socket: EventSocket): void {
    for (const listener of this.arrivals) listener(socket);
  }

  disconnected(socket: EventSocket): void {
    for (const listener of this.departures) listener(socket);
  }
}
