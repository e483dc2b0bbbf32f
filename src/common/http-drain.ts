import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Shorter than a Socket.IO client waits before it connects again. */
const LAME_DUCK_MS = 300;
const IDLE_CHECK_MS = 50;

/**
 * Lets the HTTP server end in time and without losing a request. Node's `close()` alone resets connections that are not
 * accepted yet, goes on answering a client that reuses its connection, and waits for one that never sends all.
 */
@Injectable()
export class HttpDrain implements BeforeApplicationShutdown {
  /** What is under way has this long; every dependency answers or fails within it. */
  graceMs = 6_000;

  constructor(private readonly host: HttpAdapterHost) {}

  async beforeApplicationShutdown(): Promise<void> {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.prependListener('request', (_request: unknown, response: ServerResponse) => {
      response.shouldKeepAlive = false;
    });
    await sleep(LAME_DUCK_MS);
    // From here on Nest closes the server: whoever has been answered goes, and in the end everybody.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS).unref();
    setTimeout(() => server.closeAllConnections(), this.graceMs).unref();
    server.once('close', () => clearInterval(idle));
  }
}
