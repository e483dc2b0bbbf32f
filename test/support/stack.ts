import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { freePort } from '../../tools/lib/ports.mjs';
import { startRedis, type RedisStore } from '../../tools/lib/redis-store.mjs';
import { createDatabase } from '../../tools/lib/test-database.mjs';
import { ApiClient } from './api-client.js';
import { AppProcess } from './app-process.js';
import { unknownKeys } from './redis.js';
import { withTimes } from './times.js';
import { waitUntil } from './wait-until.js';

export const ADMIN = { email: 'admin@example.org', password: 'an-admin-for-tests-only' };

/**
 * The whole product for one spec file: its own Redis and database, API processes and workers from dist/, as in production
 * but for their patience with PostgreSQL.
 */
export class Stack {
  readonly apis: AppProcess[] = [];
  readonly workers: AppProcess[] = [];

  private constructor(
    public redisServer: RedisStore,
    readonly redis: Redis,
    readonly database: pg.Pool,
    private readonly env: Record<string, string>,
    private readonly ports: number[],
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(
    options: {
      apis?: number;
      workers?: number;
      env?: Record<string, string>;
      /** What single API processes are told otherwise than the others, in their order. */
      ofApi?: Record<string, string>[];
    } = {},
  ): Promise<Stack> {
    const adminUrl = process.env['TEST_DATABASE_URL'];
    if (!adminUrl) throw new Error('TEST_DATABASE_URL names no PostgreSQL whose role may create databases');
    const dir = await mkdtemp(path.join(tmpdir(), 'redistack-e2e-'));
    const [redisServer, created] = await Promise.all([startRedis({ dir }), createDatabase(adminUrl)]);
    const redis = new Redis(redisServer.url, { retryStrategy: () => 50 });
    redis.on('error', () => undefined);
    const database = new pg.Pool({ connectionString: created.url, max: 4 });
    const ports = await freePorts(options.apis ?? 1);
    const env = { ...environment(redisServer.url, created.url), ...options.env };
    const stack = new Stack(redisServer, redis, database, env, ports, async () => {
      redis.disconnect();
      await database.end();
      await stack.redisServer.stop();
      await created.drop();
      await rm(dir, { recursive: true, force: true });
    });
    ports.forEach((_port, index) => stack.startApi(index, options.ofApi?.[index]));
    for (let count = options.workers ?? 1; count > 0; count -= 1) stack.startWorker();
    try {
      await Promise.all(ports.map(async (_, index) => await stack.untilReady(index)));
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** @param env what this process is told otherwise than the others */
  startApi(index = this.apis.length, env: Record<string, string> = {}): AppProcess {
    const port = String(this.ports[index]);
    const api = AppProcess.start('dist/main.js', { ...this.env, ...env, PORT: port });
    this.apis[index] = api;
    return api;
  }

  /** @param env what this process is told otherwise than the others */
  startWorker(env: Record<string, string> = {}): AppProcess {
    const worker = AppProcess.start('dist/worker.js', { ...this.env, ...env });
    this.workers.push(worker);
    return worker;
  }

  /** Kills Redis and starts it again on what it has on disk: its last second may be gone. */
  async restartRedis(): Promise<void> {
    await this.redisServer.kill();
    const { dir, port } = this.redisServer;
    this.redisServer = await startRedis({ dir, port });
    await waitUntil('the client is back', () => this.redis.status === 'ready');
  }

  /** Runs a command of the operator to its end, in the environment of the processes. */
  async run(script: string, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
    const env = { ...process.env, ...this.env };
    return await new Promise((resolve) => {
      execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  }

  /**
   * Stops the workers where they stand, like a machine that hangs; none of them holds rows that others wait for.
   * @returns lets them go on
   */
  async freezeWorkers(): Promise<() => Promise<void>> {
    const signal = async (name: NodeJS.Signals) => {
      for (const worker of this.workers) await worker.kill(name);
    };
    await waitUntil('the workers stand still outside of a transaction', async () => {
      await signal('SIGSTOP');
      if (!(await this.hasOpenTransactions())) return true;
      await signal('SIGCONT');
      return false;
    });
    return async () => await signal('SIGCONT');
  }

  private async hasOpenTransactions(): Promise<boolean> {
    const open = await this.sql(
      `SELECT 1 FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
    );
    return open.length > 0;
  }

  url = (index = 0): string => `http://127.0.0.1:${this.ports[index]}`;

  /** A client of one of the API processes, without a session. */
  client = (index = 0): ApiClient => new ApiClient(this.url(index));

  /** A client with the administrator's session, who may also author quizzes. */
  async admin(index = 0): Promise<ApiClient> {
    return await this.client(index).logIn(ADMIN.email, ADMIN.password);
  }

  /** A new user whom the administrator made an author. */
  async author(index = 0): Promise<ApiClient> {
    const author = await this.client(index).signUp();
    const path = `/admin/users/${author.user.userId}`;
    await (await this.admin(index)).send('PATCH', path, { role: 'author' });
    return author;
  }

  async untilReady(index: number, withinMs = 180_000): Promise<void> {
    const api = this.apis[index];
    await waitUntil(
      `API ${index} is ready`,
      async () => {
        if (api && !api.running) throw new Error(`API ${index} ended:\n${api.log}`);
        return await fetch(`${this.url(index)}/health/ready`).then(
          (answer) => answer.ok,
          () => false,
        );
      },
      withinMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${api?.log ?? ''}`);
    });
  }

  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(text, values)).rows;
  }

  /** Names of keys in Redis that the registry does not list. */
  async unknownKeys(): Promise<string[]> {
    return await unknownKeys(this.redis);
  }

  /** Stops everything. @throws Error when Redis held a key that the registry does not list */
  async stop(): Promise<void> {
    const processes = [...this.apis, ...this.workers].filter((one) => one.running);
    await Promise.all(
      processes.map(async (one) => {
        await one.kill('SIGCONT');
        return await one.kill('SIGTERM');
      }),
    );
    // Drills may have taken Redis away for good.
    const unknown = this.redis.status === 'ready' ? await this.unknownKeys() : [];
    await this.cleanUp();
    if (unknown.length > 0)
      throw new Error(`Keys that src/redis/keys.ts does not list: ${unknown.join(', ')}`);
  }
}

const environment = (redisUrl: string, databaseUrl: string): Record<string, string> => ({
  ...withTimes(),
  HOST: '127.0.0.1',
  REDIS_URL: redisUrl,
  DATABASE_URL: databaseUrl,
  JWT_SECRET: 'a secret that only tests may ever know',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  LIMIT_SIGNUP: '10000/60',
  LIMIT_LOGIN: '10000/60',
  LIMIT_ANONYMOUS: '100000/60',
  LIMIT_USER: '100000/60',
});

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
