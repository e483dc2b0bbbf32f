import type { Redis } from 'ioredis';
import { sized } from './drill.js';

/**
 * The most that a work may cost of much as a multiple of what it costs of little. A drill in its short form shares the
 * machine with whatever else runs there, so that it only tells what grows with the size from what does not.
 */
export const NO_MORE = sized({ short: 4, whole: 1.5 });

/** A Redis, and what is to be measured on it: works that run the same scripts each time. */
export interface Measured<Name extends string> {
  redis: Redis;
  works: Record<Name, () => Promise<unknown>>;
}

export interface Repetitions {
  /** Of each work within one measurement. */
  rounds: number;
  measurements: number;
}

/** µs of Redis for each script that `work` runs, on average. */
async function costOf(redis: Redis, work: () => Promise<unknown>, rounds: number): Promise<number> {
  await redis.config('RESETSTAT');
  for (let round = 0; round < rounds; round += 1) await work();
  const evalsha = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(await redis.info('commandstats'));
  return Number(evalsha?.[2]) / Number(evalsha?.[1]);
}

/**
 * How many times as much each work costs the second Redis as the first. Both are measured in turn, as a machine is
 * faster at one time than at another, and the least of several is taken: what else the machine does only ever adds.
 */
export async function costRatios<Name extends string>(
  base: Measured<Name>,
  other: Measured<Name>,
  { rounds, measurements }: Repetitions,
): Promise<Record<Name, number>> {
  const names = Object.keys(base.works) as Name[];
  const least = names.map((name) => ({ name, base: Infinity, other: Infinity }));
  for (let count = 0; count < measurements; count += 1) {
    for (const one of least) {
      one.base = Math.min(one.base, await costOf(base.redis, base.works[one.name], rounds));
      one.other = Math.min(one.other, await costOf(other.redis, other.works[one.name], rounds));
    }
  }
  return Object.fromEntries(least.map((one) => [one.name, one.other / one.base])) as Record<Name, number>;
}
