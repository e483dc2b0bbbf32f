import { Redis } from 'ioredis';
import { withoutPassword } from './postgres-url.mjs';
import { ToolError } from './run.mjs';
import { waitFor } from './wait.mjs';

/** What will not heal by waiting. */
const lasting = /WRONGPASS|NOAUTH|NOPERM|invalid password|invalid DB index/i;

/**
 * Waits until Redis answers, and has loaded what it kept.
 * @param {string} url
 * @param {{ withinMs?: number, name?: string }} [options] `name`: whose fault it is in the message
 * @throws {ToolError} saying which variable is to be looked at
 */
export async function reachRedis(url, { withinMs = 30_000, name = 'REDIS_URL' } = {}) {
  let reason = '';
  const ask = async () => {
    reason = await ping(url);
    if (lasting.test(reason)) throw unreachable(url, name, reason);
    return reason === '';
  };
  await waitFor(ask, { withinMs, failure: () => unreachable(url, name, reason) });
}

async function ping(url) {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: 2000,
    commandTimeout: 2000,
  });
  let reason = '';
  redis.on('error', (error) => (reason = error.message));
  try {
    await redis.connect();
    await redis.ping();
    return '';
  } catch (error) {
    return reason || error.message;
  } finally {
    redis.disconnect();
  }
}

const unreachable = (url, name, reason) =>
  new ToolError(
    `Redis is not to be reached at ${withoutPassword(url)}: ${reason}.\n` +
      `Start it, correct ${name}, or leave ${name} out: npm start then brings its own Redis.`,
  );
