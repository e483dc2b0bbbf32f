import { newEpoch } from '../events/epoch.js';
import { newId } from '../common/id.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';
import { notificationCreated } from './notification.events.js';
import type { NotificationView } from './notification.dto.js';

const DAY_MS = 24 * 3600 * 1000;

/** Sends `notification.created`, once for each notification. */
export const tell = luaScript({
  url: new URL('./lua/tell.lua', import.meta.url),
  keys: ({ userId, view }: { userId: string; view: NotificationView }) => [
    keys.events.announced(userId, view.id),
    keys.events.userTopic(userId),
    keys.events.userStream(userId),
  ],
  args: ({ view }) => [DAY_MS, newEpoch(), newId(), notificationCreated.name, JSON.stringify(view)],
  reply: (raw) => raw === 1,
});
