import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { newId } from './id.js';

interface RequestContext {
  requestId: string;
  tracked: boolean;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The id of the request, socket event or job at work; `-` outside of any. */
export const currentRequestId = () => storage.getStore()?.requestId ?? '-';

/** Whether what is under way may count in statistics; see `mayTrack`. */
export const isTracked = () => storage.getStore()?.tracked ?? true;

export const runWithRequestId = <T>(requestId: string, work: () => T, tracked = true): T =>
  storage.run({ requestId, tracked }, work);

/** The caller's own `X-Request-Id` if it is a sane one (8–128 of letters, digits and `._:-`), else a new id. */
export const requestIdFrom = (header: unknown): string =>
  typeof header === 'string' && /^[\w.:-]{8,128}$/.test(header) ? header : newId();

/** False when a client asks not to be followed: `DNT: 1` (W3C Tracking Preference Expression), `Sec-GPC: 1`. */
export const mayTrack = (headers: IncomingHttpHeaders): boolean =>
  headers.dnt !== '1' && headers['sec-gpc'] !== '1';
