import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';

/** Contract, section 6. */
const MAX_PAYLOAD_BYTES = 16 * 1024;

/** Socket.IO as the contract has it: `app.useWebSocketAdapter(new SocketIoAdapter(app))`. */
export class SocketIoAdapter extends IoAdapter {
  private readonly config: Config;

  constructor(app: INestApplication) {
    super(app);
    this.config = app.get<Config>(CONFIG);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const origins = this.config.CORS_ORIGINS;
    const own: Partial<ServerOptions> = {
      ...options,
      path: '/socket.io',
      serveClient: false,
      maxHttpBufferSize: MAX_PAYLOAD_BYTES,
      pingInterval: 10_000,
      pingTimeout: 10_000,
      // Who is not let in by then is closed, and has heard of it within the second that was promised.
      connectTimeout: 800,
      cors: { origin: origins.includes('*') ? '*' : origins },
    };
    return super.createIOServer(port, own as ServerOptions);
  }
}
