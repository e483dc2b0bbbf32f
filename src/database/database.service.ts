import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Prisma, PrismaClient } from './generated/client.js';
import { watchedPool } from './watched-pool.js';

const CONNECT_TIMEOUT_MS = 900;
const STATEMENT_TIMEOUT_MS = 5_000;
/** A frozen PostgreSQL is noticed within a second, also by who finds a connection open. */
const PATIENCE = { firstMs: 900, laterMs: STATEMENT_TIMEOUT_MS + 500 };

export { Prisma };
export type Transaction = Prisma.TransactionClient;

/** The Prisma client over a pool; hot paths use its raw SQL with arrays, many rows a statement. */
@Injectable()
export class Database extends PrismaClient implements OnModuleInit, OnApplicationShutdown {
  private readonly logger: Logger;

  constructor(@Inject(CONFIG) config: Config) {
    const logger = new Logger('PostgreSQL');
    const options = {
      connectionString: config.DATABASE_URL,
      max: 20,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    };
    super({
      adapter: new PrismaPg(watchedPool(options, PATIENCE, logger), { disposeExternalPool: true }),
    });
    this.logger = logger;
  }

  /** The first query of a process takes ten times as long as the next: no user should wait for it. */
  async onModuleInit(): Promise<void> {
    await this.$queryRaw`SELECT 1`.catch((error: unknown) => {
      this.logger.warn(`not reached at start, trying on: ${String(error)}`);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
