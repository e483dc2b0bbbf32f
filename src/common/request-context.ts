import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from './id.js';

interface RequestContext {
  requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The id of the request, socket event or job at work; `-` outside of any. */
export const currentRequestId = () => storage.getStore()?.requestId ?? '-';

export const runWithRequestId = <T>(requestId: string, work: () => T): T => storage.run({ requestId }, work);

/** The caller's own `X-Request-Id` if it is a sane one (8–128 of letters, digits and `._:-`), else a new id. */
export const requestIdFrom = (header: unknown): string =>
  typeof header === 'string' && /^[\w.:-]{8,128}$/.test(header) ? header : newId();
