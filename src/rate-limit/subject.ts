import { isIP } from 'node:net';
import { validate as isUuid } from 'uuid';
import { normaliseEmail } from '../common/email-form.js';
import { limitAddress, UNKNOWN_ADDRESS } from './client-address.js';
import type { LimitedRequest, RateLimitRule } from './rule.js';

export type SubjectKind = 'user' | 'ip' | 'account' | 'custom';

/** Whom a limit counts; `id` in its one form. */
export interface Subject {
  kind: SubjectKind;
  id: string;
}

export const userSubject = (userId: string): Subject => ({ kind: 'user', id: userId });

/** @param ip any address; IPv6 counts by its /64 */
export const addressSubject = (ip: string | undefined): Subject => ({ kind: 'ip', id: limitAddress(ip) });

/** @param identifier an e-mail address or a username, however it is written */
export const accountSubject = (identifier: string): Subject => ({
  kind: 'account',
  id: identifier.includes('@')
    ? normaliseEmail(identifier)
    : identifier.trim().normalize('NFKC').toLowerCase(),
});

export const customSubject = (text: string): Subject => ({ kind: 'custom', id: text });

export const kindOf = ({ by }: RateLimitRule): SubjectKind => (typeof by === 'function' ? 'custom' : by);

/**
 * Whom a rule counts in a request. Undefined when its body names no account: it is refused as soon as it is read.
 * @throws Error for a rule by user where there is no session
 */
export function subjectOf({ name, by }: RateLimitRule, request: LimitedRequest): Subject | undefined {
  if (typeof by === 'function') return customSubject(by(request));
  if (by === 'ip') return addressSubject(request.ip);
  if (by === 'account') {
    const identifier = identifierOf(request.body);
    return identifier === undefined ? undefined : accountSubject(identifier);
  }
  if (request.userId === undefined) throw new Error(`${name} counts by user, and here is none`);
  return userSubject(request.userId);
}

/** `<kind>:<id>`, as administrators write it. */
export const textOf = ({ kind, id }: Subject): string => `${kind}:${id}`;

const MAX_ID_LENGTH = 300;

/** The subject in its one form; undefined when the text names none. */
export function parseSubject(text: string): Subject | undefined {
  const [, kind, id] = /^(user|ip|account|custom):(\S.*)$/s.exec(text) ?? [];
  if (id === undefined || id.length > MAX_ID_LENGTH) return undefined;
  if (kind === 'account') return accountSubject(id);
  if (kind === 'custom') return customSubject(id);
  if (kind === 'user') return isUuid(id) ? userSubject(id.toLowerCase()) : undefined;
  if (id === UNKNOWN_ADDRESS) return addressSubject(undefined);
  // A /64 is what IPv6 counts by anyway.
  const address = id.replace(/(?<=:.*)\/64$/, '');
  return isIP(address) === 0 ? undefined : addressSubject(address);
}

function identifierOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { identifier, email }: { identifier?: unknown; email?: unknown } = body;
  return [identifier, email].find((named) => typeof named === 'string');
}
