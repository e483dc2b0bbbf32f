import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';

const file = (name: string) => new URL(`./lua/${name}.lua`, import.meta.url);
const own = keys.cache;

/** A name in the cache, and the token of who looks, loads or updates. */
interface Held {
  name: string;
  token: string;
}

/** What a reader finds. */
export type Found =
  | { state: 'hit'; json: string; ageSec: number }
  /** The lease is the reader's. `keep`: what it loads may be stored. */
  | { state: 'load'; keep: boolean }
  | { state: 'wait'; holder: string };

export const lookScript = luaScript({
  url: file('look'),
  keys: ({ name }: Held & { leaseMs: number }) => [own.value(name), own.lease(name), own.updates(name)],
  args: ({ token, leaseMs }) => [token, leaseMs],
  reply: (raw): Found => {
    const [state, first, second, json] = raw as unknown[];
    if (state === 'hit') {
      const ageMs = Math.max(0, Number(second) - Number(first));
      return { state, json: String(json), ageSec: Math.floor(ageMs / 1000) };
    }
    return state === 'load' ? { state, keep: first === 1 } : { state: 'wait', holder: String(first) };
  },
});

export const storeScript = luaScript({
  url: file('store'),
  keys: ({ name }: Held & { ttlMs: number; json: string }) => [own.value(name), own.lease(name)],
  args: ({ token, ttlMs, json }) => [token, ttlMs, json],
  reply: (raw) => raw === 1,
});

export const releaseScript = luaScript({
  url: file('release'),
  keys: ({ name }: Held) => [own.lease(name)],
  args: ({ token }) => [token],
  reply: (raw) => raw === 1,
});

export const beginUpdateScript = luaScript({
  url: file('begin-update'),
  keys: ({ name }: Held & { blockMs: number }) => [own.value(name), own.lease(name), own.updates(name)],
  args: ({ token, blockMs }) => [token, blockMs],
  reply: (raw) => raw === 1,
});

export const endUpdateScript = luaScript({
  url: file('end-update'),
  keys: ({ name }: Held) => [own.value(name), own.lease(name), own.updates(name)],
  args: ({ token }) => [token],
  reply: (raw) => raw === 1,
});
