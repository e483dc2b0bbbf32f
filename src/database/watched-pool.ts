import type { Logger } from '@nestjs/common';
import type { Socket } from 'node:net';
import pg from 'pg';

/** How long PostgreSQL may be silent while a statement waits. */
export interface Patience {
  /** The first statement after a connection was taken: a lone read or write, or the BEGIN of a transaction. */
  firstMs: number;
  /** The later statements of a transaction. */
  laterMs: number;
}

/**
 * A pool that neither ends the process when PostgreSQL ends a connection, nor uses a connection again that went silent:
 * a statement of which nobody waits for the reply any more may still be at work in it, in a transaction still open.
 */
export function watchedPool(options: pg.PoolConfig, patience: Patience, logger: Logger): pg.Pool {
  const pool = new pg.Pool(options);
  const watches = new WeakMap<pg.PoolClient, Socket>();
  pool.on('connect', (client) => {
    // Between two owners a client has no listener, and an error then would end the process.
    client.on('error', (error) => logger.debug(`a connection ended: ${error.message}`));
    const socket = client.connection.stream as Socket;
    watches.set(client, socket);
    socket.on('timeout', () => endIfSilent(socket));
    client.connection.on('readyForQuery', () => {
      if (socket.timeout) socket.setTimeout(patience.laterMs);
    });
  });
  pool.on('acquire', (client) => watches.get(client)?.setTimeout(patience.firstMs));
  pool.on('release', (_error, client) => watches.get(client)?.setTimeout(0));
  return pool;
}

// Timers run before sockets are read: what a busy process has not read yet is no silence.
function endIfSilent(socket: Socket): void {
  const { bytesRead } = socket;
  setImmediate(() => {
    if (socket.bytesRead === bytesRead) socket.destroy(new Error('PostgreSQL is silent: Query read timeout'));
  });
}
