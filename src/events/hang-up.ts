import type { Connection, EventSocket } from './event-socket.js';

const GRACE_MS = 500;

/** Ends a socket for good (its client does not come back by itself); what was sent before may still arrive. */
export function hangUp(socket: EventSocket): void {
  const connection = socket.conn;
  socket.disconnect(true);
  setTimeout(() => cut(connection), GRACE_MS).unref();
}

/** Drops a connection with all that waits to be sent. A client that comes back resumes by `since`. */
export function cut(connection: Connection): void {
  if (connection.readyState === 'closed') return;
  const { transport } = connection;
  // A close handshake would wait behind the backlog; the transport's own WebSocket can be dropped at once.
  const webSocket: unknown = Reflect.get(transport, 'socket');
  if (isTerminable(webSocket)) webSocket.terminate();
  else connection.close(true);
}

const isTerminable = (value: unknown): value is { terminate(): void } =>
  typeof value === 'object' &&
  value !== null &&
  'terminate' in value &&
  typeof value.terminate === 'function';
