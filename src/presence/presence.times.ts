/** How presence is kept up; tests shorten it. All in ms. */
export interface PresenceTimes {
  /** How often an API process renews the leases of its connections. */
  heartbeatMs: number;
  /** How long a lease lives after that. A node that dies is noticed when its leases have run out and a worker looked. */
  leaseMs: number;
  /** How often API processes look whether Redis is still the same, and workers whether leases have run out. */
  lookMs: number;
  /** When nobody reached Redis for so long, leases may have run out although their connections are well. */
  gapMs: number;
  /** For so long after that, or after Redis was emptied or restarted, the absence of a lease means nothing. */
  settlingMs: number;
}

export const PRESENCE_TIMES = Symbol('presence times');

// 27 s, and up to 2 until a worker has looked: within 30 s of the end of a node, that its connections ended is told.
export const defaultPresenceTimes: PresenceTimes = {
  heartbeatMs: 10_000,
  leaseMs: 27_000,
  lookMs: 1_000,
  gapMs: 10_000,
  settlingMs: 3_000,
};
