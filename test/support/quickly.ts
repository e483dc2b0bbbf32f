import type { EventsOptions } from '../../src/events/events.options.js';
import type { PresenceTimes } from '../../src/presence/presence.times.js';
import { withTimes } from './times.js';

/** About in proportion as in production, with room where a busy machine would be taken for a dead one. */
export const QUICK_PRESENCE = {
  ...{ heartbeatMs: 1_000, leaseMs: 5_000, lookMs: 250, settlingMs: 2_000 },
} satisfies Partial<PresenceTimes>;

const QUICK_EVENTS = { accessCheckEveryMs: 1_000 } satisfies Partial<EventsOptions>;

/** The environment of processes in which leases end soon and rights are asked for often. */
export const quickly = () =>
  withTimes(
    { file: 'presence/presence.times.js', name: 'defaultPresenceTimes', to: QUICK_PRESENCE },
    { file: 'events/events.options.js', name: 'defaultEventsOptions', to: QUICK_EVENTS },
  );
