import type { HeldJob, Priority } from './job.js';

/** As `take.lua` tells a job. */
export type JobFields = [id: string, data: string, ...rest: (string | null)[]];

export function heldJob([id, json, ...fields]: JobFields): HeldJob {
  const [attempts, crashes, outages, alone, removed, revived, error, enqueuedAt, priority, givenUp] = fields;
  const data = parseJson(json);
  return {
    ...{ id, data, priority: priorityOf(priority), unreadable: data === undefined },
    ...{ attempts: Number(attempts ?? 0), crashes: Number(crashes ?? 0), outages: Number(outages ?? 0) },
    ...{ alone: alone === '1', removed: removed === '1', revived: revived === '1' },
    ...{ error: error ?? undefined, givenUp: typeof givenUp === 'string' ? Number(givenUp) : undefined },
    enqueuedAt: Number(enqueuedAt ?? 0),
  };
}

export const priorityOf = (field: string | null | undefined): Priority =>
  field === 'high' || field === 'low' ? field : 'normal';

/** JSON has no undefined, so it can stand for what is no JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
