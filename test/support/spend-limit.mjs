/**
 * One process among several that spend a limit at once: `node spend-limit.mjs URL TIMES`, the script, its keys and its
 * arguments as JSON on standard input. Prints how many were admitted.
 */
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';

const [url, times] = process.argv.slice(2);
const { source, keys, args } = JSON.parse(await text(process.stdin));
const redis = new Redis(url);
const replies = await Promise.all(
  Array.from({ length: Number(times) }, async (_, at) => {
    const own = args.map((arg) => (arg === 'member' ? `${process.pid} ${at}` : arg));
    return await redis.eval(source, keys.length, ...keys, ...own);
  }),
);
console.log(replies.filter(([[allowed]]) => allowed === 1).length);
await redis.quit();
