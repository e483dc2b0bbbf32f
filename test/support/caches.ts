import { register } from 'prom-client';
import type { ReadOutcome } from '../../src/cache/cache.metrics.js';
import { Cache } from '../../src/cache/cache.service.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { whenReady, type TestRedis } from './redis.js';

/** Caches as so many processes have them: each with a connection and a memory of its own. */
export async function cachesOf(redis: TestRedis, count: number): Promise<Cache[]> {
  return await Promise.all(
    Array.from(
      { length: count },
      async () => new Cache(new ScriptRunner(await whenReady(redis.connections.shared()))),
    ),
  );
}

/** A door that a test opens: `passed` resolves for whoever waits at it. */
export function gate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

/** How often this process read a cache, by how it found what it wanted. */
export async function readCounts(cache: string): Promise<Record<ReadOutcome, number>> {
  const counts = { hit: 0, miss: 0, wait: 0, bypass: 0 };
  const metric = await register.getSingleMetric('redistack_cache_reads_total')?.get();
  for (const { labels, value } of metric?.values ?? [])
    if (labels['cache'] === cache) counts[labels['outcome'] as ReadOutcome] = value;
  return counts;
}
