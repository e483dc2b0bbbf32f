import type { SeenUser } from '../common/activity/last-active.service.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';

const lastSeen = () => [keys.lifecycle.lastSeen('all')];

export const noteSeen = luaScript<{ userIds: string[]; keptMs: number }, null>({
  url: new URL('./lua/note-seen.lua', import.meta.url),
  keys: lastSeen,
  args: ({ userIds, keptMs }) => [keptMs, ...userIds],
  reply: () => null,
});

export const putSeen = luaScript<{ users: SeenUser[]; keptMs: number }, null>({
  url: new URL('./lua/put-seen.lua', import.meta.url),
  keys: lastSeen,
  args: ({ users, keptMs }) => [keptMs, ...users.flatMap(({ userId, at }) => [at.getTime(), userId])],
  reply: () => null,
});

/** The ids of users who were not seen for so long, the longest first. */
export const unseen = luaScript<{ forMs: number; limit: number }, string[]>({
  url: new URL('./lua/unseen.lua', import.meta.url),
  keys: lastSeen,
  args: ({ forMs, limit }) => [forMs, limit],
  reply: (raw) => raw as string[],
});

export const dropUnseen = luaScript<{ userIds: string[]; forMs: number }, number>({
  url: new URL('./lua/drop-unseen.lua', import.meta.url),
  keys: lastSeen,
  args: ({ userIds, forMs }) => [forMs, ...userIds],
  reply: Number,
});
