/**
 * One process among several that spend a limit of five a minute at once, by the limiter as it was built:
 * `node spend-limit.mjs URL TIMES ALGORITHM`. Prints how many were admitted.
 */
import { Redis } from 'ioredis';

const built = async (file) => await import(new URL(`../../build/${file}.js`, import.meta.url).href);
const { RateLimiter } = await built('rate-limit/rate-limiter.service');
const { LimitWindows } = await built('rate-limit/limit-windows.service');
const { ScriptRunner } = await built('redis/script-runner');

const [url, times, algorithm] = process.argv.slice(2);
const redis = new Redis(url);
const limiter = new RateLimiter(new LimitWindows(), new ScriptRunner(redis));
const rule = { name: `TRIED_${algorithm}`, by: 'user', algorithm, limit: 5, windowSec: 60 };
const statuses = await Promise.all(
  Array.from({ length: Number(times) }, async () => {
    const [status] = await limiter.spend(limiter.windows.of({ kind: 'user', id: 'processes' }, [rule]));
    return status;
  }),
);
console.log(statuses.filter(({ allowed }) => allowed).length);
await redis.quit();
