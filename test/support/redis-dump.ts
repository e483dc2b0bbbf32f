import type { Redis } from 'ioredis';

/** All that a Redis holds, keys and values of every type, as text to search. */
export async function dumpOf(redis: Redis): Promise<string> {
  const parts: string[] = [];
  for await (const names of redis.scanStream({ count: 500 })) {
    for (const name of names as string[])
      parts.push(name, JSON.stringify(await valueOf(redis, name, await redis.type(name))));
  }
  return parts.join('\n');
}

async function valueOf(redis: Redis, name: string, type: string): Promise<unknown> {
  switch (type) {
    case 'string':
      return await redis.get(name);
    case 'hash':
      return await redis.hgetall(name);
    case 'list':
      return await redis.lrange(name, 0, -1);
    case 'set':
      return await redis.smembers(name);
    case 'zset':
      return await redis.zrange(name, 0, '-1');
    case 'stream':
      return await redis.xrange(name, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`No way is known to read a key of type ${type}`);
  }
}
