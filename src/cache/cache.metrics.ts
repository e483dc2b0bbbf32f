import { Counter } from 'prom-client';

/**
 * How a read found what it wanted: `hit`: it was there. `miss`: this reader loaded it. `wait`: another was loading it.
 * `bypass`: loaded past the cache, since Redis is away or an update is under way.
 */
export type ReadOutcome = 'hit' | 'miss' | 'wait' | 'bypass';

const reads = new Counter({
  name: 'redistack_cache_reads_total',
  help: 'Reads of what is cached, by how they found it: hit, miss (loaded), wait (for who loads), bypass (past the cache)',
  labelNames: ['cache', 'outcome'] as const,
});

/** @param cache one of a few names; never an id, nor what a caller wrote */
export function countReads(cache: string, outcome: ReadOutcome, count = 1): void {
  reads.inc({ cache, outcome }, count);
}
