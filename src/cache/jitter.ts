/** Of a lifetime, at most. */
const JITTER = 0.1;

/**
 * A lifetime that is drawn anew each time, up to a tenth shorter and never longer, so that what was stored together does
 * not expire, and is not loaded again, together.
 * @returns whole milliseconds
 */
export const jittered = (lifetimeMs: number): number => Math.ceil(lifetimeMs * (1 - JITTER * Math.random()));
