import { isDeepStrictEqual } from 'node:util';
import { isLimitName, type LimitName } from '../config/limits.js';

/**
 * `fixed`: a counter, the cheapest, good against floods; may admit twice its limit around an edge. `sliding`: exact, and
 * its memory grows with the limit. `gcra`: one number; the limit at once, then evenly.
 */
export type Algorithm = 'fixed' | 'sliding' | 'gcra';

/** What a rule may look at, the same of an HTTP request and of a socket event. Bodies are not checked yet. */
export interface LimitedRequest {
  userId?: string;
  ip: string | undefined;
  body: unknown;
  /** Of the path; none on a socket. */
  params: Readonly<Record<string, unknown>>;
}

interface HowToLimit {
  /**
   * `user` where there is a session; `ip`: the address, or its /64; `account`: what the body names as `identifier` or
   * `email`; a function: the text it returns.
   */
  by: 'user' | 'ip' | 'account' | ((request: LimitedRequest) => string);
  algorithm: Algorithm;
  /** What to do while Redis cannot be asked; `refuse` (503) when left out. */
  whenAway?: 'refuse' | 'admit';
}

/** A limit: of `LIMIT_<name>`, or where operators have no say, with a limit and a window of its own. */
export type RateLimitRule = HowToLimit &
  ({ name: LimitName } | { name: string; limit: number; windowSec: number });

const declared = new Map<string, RateLimitRule>();

/** Makes a rule known to administrators. @throws Error when another one has its name */
export function limitRule(rule: RateLimitRule): RateLimitRule {
  const { name } = rule;
  if (isLimitName(name) === 'limit' in rule)
    throw new Error(`${name} needs either LIMIT_${name} or its own limit`);
  if (!isDeepStrictEqual(declared.get(name) ?? rule, rule))
    throw new Error(`There are two limits called ${name}`);
  declared.set(name, rule);
  return rule;
}

/** All rules that any feature has. */
export const limitRules = (): RateLimitRule[] => [...declared.values()];

/** What every request with a session spends. Where a session is needed, none is known while Redis is away. */
export const USER_LIMIT = limitRule({ name: 'USER', by: 'user', algorithm: 'fixed', whenAway: 'admit' });

/** What every request without a session spends: what anyone may read is read even while Redis is away. */
export const ANONYMOUS_LIMIT = limitRule({
  name: 'ANONYMOUS',
  by: 'ip',
  algorithm: 'fixed',
  whenAway: 'admit',
});
