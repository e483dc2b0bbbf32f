import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { loadConfig, type Config } from '../../src/config/environment.js';
import { isKnownKey } from '../../src/redis/key-catalogue.js';
import { RedisConnections } from '../../src/redis/redis-connections.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { startRedis, type RedisStore } from '../../tools/lib/redis-store.mjs';

export interface TestRedis {
  url: string;
  redis: Redis;
  scripts: ScriptRunner;
  connections: RedisConnections;
  config: Config;
  /** The process itself, for drills: `server.kill('SIGSTOP')`. */
  server: RedisStore;
  stop(): Promise<void>;
}

export interface TestRedisOptions {
  args?: string[];
  /** Commands fail after 400 ms as the application's do; else only after a time that no busy machine takes. */
  impatient?: boolean;
}

class PatientConnections extends RedisConnections {
  protected override readonly commandTimeoutMs = 30_000;
}

/** A Redis of one's own for a spec file: a free port, nothing kept on disk. */
export async function startTestRedis({
  args = [],
  impatient = false,
}: TestRedisOptions = {}): Promise<TestRedis> {
  Logger.overrideLogger(['fatal']);
  const dir = await mkdtemp(path.join(tmpdir(), 'redistack-redis-'));
  const server = await startRedis({ dir, durable: false, args });
  const config = testConfig({ REDIS_URL: server.url });
  const connections = impatient ? new RedisConnections(config) : new PatientConnections(config);
  const redis = await whenReady(connections.shared());
  const stop = async () => {
    await connections.onApplicationShutdown();
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return {
    url: server.url,
    redis,
    scripts: new ScriptRunner(redis),
    connections,
    config,
    server,
    stop,
  };
}

/** A valid configuration; stores that a spec does not name are unreachable. */
export const testConfig = (given: Record<string, string> = {}): Config =>
  loadConfig({
    NODE_ENV: 'test',
    REDIS_URL: 'redis://127.0.0.1:1',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    JWT_SECRET: 'a secret that only tests may ever know',
    ...given,
  });

/** Commands do not wait for a connection, so a client that was just made must be waited for. */
export async function whenReady(redis: Redis): Promise<Redis> {
  if (redis.status !== 'ready') await once(redis, 'ready');
  return redis;
}

/** All keys of one, as they are now, in another, where they stay. */
export async function copyKeys(from: Redis, to: Redis): Promise<void> {
  for await (const names of from.scanStream({ count: 500 })) {
    for (const name of names as string[]) {
      const dump = (await from.dumpBuffer(name)) as Buffer | null;
      // It may have expired since it was found.
      if (dump) await to.restore(name, 0, dump, 'REPLACE');
    }
  }
}

/** Names of keys that exist in Redis and that the registry does not know. */
export async function unknownKeys(redis: Redis): Promise<string[]> {
  const unknown: string[] = [];
  for await (const names of redis.scanStream({ count: 500 })) {
    for (const name of names as string[]) {
      const type = await redis.type(name);
      // It may have expired since it was found.
      if (type !== 'none' && !isKnownKey(name, type)) unknown.push(name);
    }
  }
  return unknown;
}
