import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Prisma, PrismaClient } from './generated/client.js';
import { patience } from './patience.js';
import { watchedPool } from './watched-pool.js';

export interface DatabaseTimes {
  /** To get a connection, and to hear the first word over one: a frozen PostgreSQL is noticed within that. */
  answerMs: number;
  /** A statement may take so long. */
  statementMs: number;
}

const TIMES: DatabaseTimes = { answerMs: patience.answerMs, statementMs: 5_000 };
const GRACE_MS = 500;

export { Prisma };
export type Transaction = Prisma.TransactionClient;

/** The Prisma client over a pool; hot paths use its raw SQL with arrays, many rows a statement. */
@Injectable()
export class Database extends PrismaClient implements OnModuleInit, OnApplicationShutdown {
  private readonly logger: Logger;

  constructor(@Inject(CONFIG) config: Config, @Optional() { answerMs, statementMs }: DatabaseTimes = TIMES) {
    const logger = new Logger('PostgreSQL');
    const options = {
      connectionString: config.DATABASE_URL,
      max: 20,
      connectionTimeoutMillis: answerMs,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: statementMs,
    };
    const pool = watchedPool(options, { firstMs: answerMs, laterMs: statementMs + GRACE_MS }, logger);
    super({
      adapter: new PrismaPg(pool, { disposeExternalPool: true }),
      transactionOptions: { maxWait: answerMs },
    });
    this.logger = logger;
  }

  /** The first query of a process takes ten times as long as the next: no user should wait for it. */
  async onModuleInit(): Promise<void> {
    await this.$queryRaw`SELECT 1`.catch((error: unknown) => {
      this.logger.warn(`not reached at start, trying on: ${String(error)}`);
    });
  }

  /** Reads what may take its time, up to 5 s: a lone statement is given up for lost after 900 ms of silence. */
  async readLong<Row>(statement: Prisma.Sql): Promise<Row[]> {
    return await this.$transaction(async (tx) => await tx.$queryRaw<Row[]>(statement));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
