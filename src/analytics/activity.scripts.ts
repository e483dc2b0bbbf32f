import type { Deed } from '../common/activity/activities.service.js';
import { SPAN_PERIODS, spanOn } from '../common/period.js';
import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';
import type { ActivityBatch } from './activity-batch.js';
import { KEPT_MS, NUMBERS_KEPT_MS } from './analytics.times.js';
import { fieldOf } from './deeds.js';
import { sketchKey, sketchName } from './sketch.js';

/** How many different things may wait to be saved: some 30 MB. More come only when nobody saves. */
export const MOST_PENDING = 200_000;

const { batch, pending, changed, saving, saved, top } = keys.analytics;
/** Of all users together. */
const ALL = 'all';

export const numberKey = (recorderId: string): Key => batch(ALL, recorderId);
export const pendingKey = pending(ALL);
export const savingKey = saving(ALL);
export const savedKey = saved(ALL);
export const changedKey = changed(ALL);
export const topKey = (deed: Deed, periodKey: string): Key => top(ALL, deed, periodKey);

/** The periods that a day counts in. */
const periodKeysOf = (day: string): string[] => [
  ...SPAN_PERIODS.map((period) => spanOn(period, day).key),
  'all',
];

interface Recording {
  recorderId: string;
  batch: ActivityBatch;
  /** It was sent before, and no reply was heard. */
  isRepeat: boolean;
}

/** The sets of top users that a batch counts for, by deed. */
function setsOf({ counted, day }: ActivityBatch): Map<Deed, Key[]> {
  const deeds = new Set(counted.map(({ deed }) => deed));
  return new Map([...deeds].map((deed) => [deed, periodKeysOf(day).map((period) => topKey(deed, period))]));
}

export const recordScript = luaScript({
  url: new URL('./lua/record.lua', import.meta.url),
  keys: ({ recorderId, batch: recorded }: Recording) => [
    ...[numberKey(recorderId), pendingKey, changedKey],
    ...recorded.sketches.map(sketchKey),
    ...[...setsOf(recorded).values()].flat(),
  ],
  args: (recording) => [JSON.stringify(recordArgument(recording))],
  reply: (raw) => {
    const [redisMs, dropped] = raw as [number, number];
    return { redisMs, dropped };
  },
});

function recordArgument({ batch: recorded, isRepeat }: Recording): object {
  const { number, pendingId, day, sketches, counted } = recorded;
  let place = 3 + sketches.length;
  const places = new Map([...setsOf(recorded)].map(([deed, sets]) => [deed, sets.map(() => (place += 1))]));
  return {
    ...{ number, isRepeat, pendingId, keptMs: KEPT_MS, numberKeptMs: NUMBERS_KEPT_MS, most: MOST_PENDING },
    sketches: sketches.map((sketch) => ({ name: sketchName(sketch), members: sketch.members })),
    counts: counted.map(({ userId, deed, times }) => ({
      ...{ userId, times, field: fieldOf(userId, day, deed), sets: places.get(deed) ?? [] },
    })),
  };
}

export const beginSaveScript = luaScript({
  url: new URL('./lua/begin-save.lua', import.meta.url),
  keys: () => [pendingKey, savingKey],
  args: () => [],
  reply: (raw) => (typeof raw === 'string' ? raw : undefined),
});

export const settleSaveScript = luaScript({
  url: new URL('./lua/settle-save.lua', import.meta.url),
  keys: () => [savingKey, savedKey],
  args: (id: string) => [id, NUMBERS_KEPT_MS],
  reply: () => undefined,
});

/** A HyperLogLog and how often it had changed when it was saved. */
export interface SavedSketch {
  name: string;
  changes: number;
}

export const settleSketchesScript = luaScript({
  url: new URL('./lua/settle-sketches.lua', import.meta.url),
  keys: () => [changedKey],
  args: (all: SavedSketch[]) => all.flatMap(({ name, changes }) => [name, changes]),
  reply: Number,
});
