import type { HeldJob } from './job.js';

/** As `take.lua` tells a job. */
export type JobFields = [id: string, data: string, ...rest: (string | null)[]];

export function heldJob([
  id,
  json,
  attempts,
  crashes,
  outages,
  alone,
  error,
  enqueuedAt,
]: JobFields): HeldJob {
  const data = parse(json);
  return {
    id,
    data,
    attempts: Number(attempts ?? 0),
    crashes: Number(crashes ?? 0),
    outages: Number(outages ?? 0),
    alone: alone === '1',
    error: error ?? undefined,
    enqueuedAt: Number(enqueuedAt ?? 0),
    unreadable: data === undefined,
  };
}

// JSON has no undefined, so it can stand for what is no JSON.
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
