import { jittered } from '../cache/jitter.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';
import type { SubmissionScored } from './profile.events.js';
import { hashFields, recordFromHash, type ProfileRecord } from './profile.record.js';

const DAY_MS = 24 * 3600 * 1000;
/** Far longer than a load can take. */
const ERASED_MS = 3600 * 1000;

/** Puts a profile into Redis unless a later one is there; answers with what is there afterwards. */
export const loadProfile = luaScript<ProfileRecord, ProfileRecord>({
  url: new URL('./lua/load-profile.lua', import.meta.url),
  keys: ({ id }) => [keys.profile.profile(id)],
  args: (record) => [
    ...[record.seq.toString(), record.lastActiveAt.getTime(), jittered(DAY_MS)],
    ...hashFields(record),
  ],
  reply: (raw, record) => recordFromHash(pairs(raw)) ?? record,
});

/** Erases the profile and topic of a deleted account; `seq` is that of its deletion. */
export const eraseProfile = luaScript<{ userId: string; seq: bigint }, null>({
  url: new URL('./lua/erase-profile.lua', import.meta.url),
  keys: ({ userId }) => [
    keys.profile.profile(userId),
    keys.events.userTopic(userId),
    keys.events.userStream(userId),
  ],
  args: ({ seq }) => [seq.toString(), ERASED_MS],
  reply: () => null,
});

/** One score of a user, as scoring wrote it to the ledger. */
export interface ScoreEntry {
  userId: string;
  /** The user's seq after this score. */
  seq: bigint | number;
  delta: number;
  /** 1 for the first scored submission on its quiz. */
  solved: number;
  /** What is announced once: a submission, or a regrade of one. */
  occasion: string;
  event: SubmissionScored;
}

export type RecordReply = 'applied' | 'duplicate' | 'absent' | 'gap';

export const recordScore = luaScript<ScoreEntry & { eventId: string; epoch: string }, RecordReply>({
  url: new URL('./lua/record-score.lua', import.meta.url),
  keys: ({ userId, occasion }) => [
    keys.profile.profile(userId),
    keys.events.announced(userId, occasion),
    keys.events.userTopic(userId),
    keys.events.userStream(userId),
  ],
  args: (entry) => [
    ...[entry.seq.toString(), entry.delta, entry.solved, jittered(DAY_MS), DAY_MS],
    ...[entry.epoch, entry.eventId, JSON.stringify(entry.event)],
  ],
  reply: (raw) => raw as RecordReply,
});

function pairs(raw: unknown): Record<string, string> {
  const flat = raw as string[];
  return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : [])));
}
