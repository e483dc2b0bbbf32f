import type { Server, Socket } from 'socket.io';
import type { Caller } from '../common/caller.js';
import type { SocketBudget } from './socket-budget.js';
import type { TopicFeed } from './topic-feed.js';

// What clients send is anything until it is checked; what the server sends is an envelope.
type ClientEventMap = Record<string, (...args: unknown[]) => void>;
type ServerEventMap = Record<string, (...args: unknown[]) => void>;

/** Set in the handshake, before anything else sees the socket. */
export interface SocketState {
  caller: Caller;
  /** Where it comes from. */
  ip: string;
  budget: SocketBudget;
  /** What the socket is subscribed to, by topic name. */
  feeds: Map<string, TopicFeed>;
  /** Bytes that may still be replayed to it: with more at once it would be cut for its backlog, and come back for them. */
  replayLeft: number;
  /** True once it cannot come back, so that a subscription under way is dropped. */
  gone: boolean;
}

export type EventSocket = Socket<ClientEventMap, ServerEventMap, ServerEventMap, SocketState>;
export type EventServer = Server<ClientEventMap, ServerEventMap, ServerEventMap, SocketState>;
export type Connection = EventSocket['conn'];
