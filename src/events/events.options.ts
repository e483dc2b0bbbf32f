/** How often followed topics, sessions and rights to hear are looked at, since Pub/Sub can miss; tests shorten it. */
export interface EventsOptions {
  compareEveryMs: number;
  sessionCheckEveryMs: number;
  accessCheckEveryMs: number;
}

export const EVENTS_OPTIONS = Symbol('events options');

export const defaultEventsOptions: EventsOptions = {
  compareEveryMs: 5_000,
  sessionCheckEveryMs: 10_000,
  accessCheckEveryMs: 10_000,
};
