import type { Deed } from '../common/activity/activities.service.js';

/** The order in which tables and answers have them. */
export const DEEDS = ['logins', 'submissions', 'messages', 'quizViews'] as const satisfies readonly Deed[];

/** How often each was done. */
export type Counters = Record<Deed, number>;

export const noCounters = (): Counters => ({ logins: 0, submissions: 0, messages: 0, quizViews: 0 });

export const isDeed = (word: string | undefined): word is Deed => DEEDS.some((deed) => deed === word);

/** A field of the Hash of what is not saved yet; only these three, so nothing in it is personal but an id. */
export const fieldOf = (userId: string, day: string, deed: Deed): string => `${userId}|${day}|${deed}`;

/** What a field counts; undefined for one that counts nothing. */
export function fieldParts(field: string): { userId: string; day: string; deed: Deed } | undefined {
  const [userId, day, deed] = field.split('|');
  return userId !== undefined && day !== undefined && isDeed(deed) ? { userId, day, deed } : undefined;
}
