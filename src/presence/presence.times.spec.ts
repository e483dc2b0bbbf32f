import { describe, expect, it } from '@jest/globals';
import { defaultPresenceTimes } from './presence.times.js';

describe('the times of presence', () => {
  const { heartbeatMs, leaseMs, lookMs, gapMs, settlingMs } = defaultPresenceTimes;

  it('have the end of a node told within 30 s, by one of the workers that share the looks', () => {
    expect(leaseMs + 2 * lookMs).toBeLessThan(30_000);
  });

  it('leave a connection its lease when one heartbeat is missed', () => {
    expect(leaseMs).toBeGreaterThan(2 * heartbeatMs);
    expect(leaseMs).toBeGreaterThan(gapMs);
  });

  it('give every process time to notice that leases were lost, and to renew its own', () => {
    expect(settlingMs).toBeGreaterThan(2 * lookMs);
  });
});
