import type { Deed } from '../common/activity/activities.service.js';
import type { Span } from '../common/period.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';
import { pendingKey, savedKey, savingKey, topKey } from './activity.scripts.js';
import type { TopRow } from './activity.repository.js';

/** Pairs that a script writes in some 2 ms. */
export const PAIRS = 1_000;
/** How long a set is kept after it was last read. */
export const TOP_KEPT_MS = 3_600_000;
/** How long a build may be silent. */
export const BUILD_MS = 30_000;
/** What Redis adds up in some 20 ms; where more is pending, it is saved first. */
const MOST_PENDING = 20_000;

/** Who did something most often over a period. */
export interface TopSet {
  deed: Deed;
  /** Names the one period meant, or `all`. */
  periodKey: string;
  /** Absent for `all`. */
  span?: Span;
}

export interface Build {
  set: TopSet;
  token: string;
}

export const buildingKey = keys.analytics.building('all');
const halfKey = (token: string) => keys.analytics.half('all', token);

export const writeHalfScript = luaScript({
  url: new URL('./lua/write-half.lua', import.meta.url),
  keys: ({ token }: { token: string; page: TopRow[] }) => [buildingKey, halfKey(token)],
  args: ({ token, page }) => [token, BUILD_MS, ...page.flatMap(({ userId, value }) => [value, userId])],
  reply: (raw) => raw === 1,
});

export const finishHalfScript = luaScript({
  url: new URL('./lua/finish-half.lua', import.meta.url),
  keys: ({ set, token }: Build & { savedId: string }) => [
    ...[buildingKey, halfKey(token), topKey(set.deed, set.periodKey)],
    ...[pendingKey, savingKey, savedKey],
  ],
  args: ({ set: { deed, span }, token, savedId }) => [
    ...[token, savedId, deed, span?.from ?? '', span?.until ?? '', MOST_PENDING, TOP_KEPT_MS],
  ],
  reply: (raw) => raw === 1,
});

export const endBuildScript = luaScript<string, null>({
  url: new URL('./lua/end-build.lua', import.meta.url),
  keys: (token) => [buildingKey, halfKey(token)],
  args: (token) => [token],
  reply: () => null,
});
