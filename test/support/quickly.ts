import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EventsOptions } from '../../src/events/events.options.js';
import type { PresenceTimes } from '../../src/presence/presence.times.js';

/** About in proportion as in production, with room where a busy machine would be taken for a dead one. */
export const QUICK_PRESENCE = {
  ...{ heartbeatMs: 1_000, leaseMs: 5_000, lookMs: 250, settlingMs: 2_000 },
} satisfies Partial<PresenceTimes>;

const QUICK_EVENTS = { accessCheckEveryMs: 1_000 } satisfies Partial<EventsOptions>;

/**
 * The environment of processes of the built application in which leases end soon and rights are asked for often: Node
 * changes the times before it loads the application, which has no setting for them.
 */
export function quickly(): Record<string, string> {
  const inDist = (file: string) => JSON.stringify(pathToFileURL(path.resolve('dist', file)).href);
  const script = `
    import { defaultPresenceTimes } from ${inDist('presence/presence.times.js')};
    import { defaultEventsOptions } from ${inDist('events/events.options.js')};
    Object.assign(defaultPresenceTimes, ${JSON.stringify(QUICK_PRESENCE)});
    Object.assign(defaultEventsOptions, ${JSON.stringify(QUICK_EVENTS)});`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
