import type { Role } from '../common/caller.js';
import type { LuaArgument } from '../redis/lua-script.js';
import type { OwnProfile, Profile } from './profile.dto.js';

/** A profile as PostgreSQL and the hash hold it. */
export interface ProfileRecord {
  id: string;
  username: string;
  displayName: string;
  role: Role;
  totalScore: number;
  quizzesSolved: number;
  createdAt: Date;
  lastActiveAt: Date;
  email: string;
  emailVerified: boolean;
  leaderboardVisible: boolean;
  /** The number of the last change of the standing or the public row. */
  seq: bigint;
}

export const publicView = (record: ProfileRecord): Profile => ({
  userId: record.id,
  username: record.username,
  displayName: record.displayName,
  role: record.role,
  totalScore: record.totalScore,
  quizzesSolved: record.quizzesSolved,
  createdAt: record.createdAt.toISOString(),
  lastActiveAt: record.lastActiveAt.toISOString(),
});

export const ownView = (record: ProfileRecord): OwnProfile =>
  Object.assign(publicView(record), {
    email: record.email,
    emailVerified: record.emailVerified,
    leaderboardVisible: record.leaderboardVisible,
  });

/** The fields of the hash beside seq and lastActiveAt, which the script guards. */
export const hashFields = (record: ProfileRecord): LuaArgument[] =>
  Object.entries({
    userId: record.id,
    username: record.username,
    displayName: record.displayName,
    role: record.role,
    totalScore: record.totalScore,
    quizzesSolved: record.quizzesSolved,
    createdAt: record.createdAt.getTime(),
    email: record.email,
    emailVerified: record.emailVerified ? 1 : 0,
    leaderboardVisible: record.leaderboardVisible ? 1 : 0,
  }).flat();

/** Reads the hash; undefined when it is not (wholly) there. */
export function recordFromHash(hash: Record<string, string | undefined>): ProfileRecord | undefined {
  const { userId, username, displayName, role, createdAt, lastActiveAt, email, leaderboardVisible, seq } =
    hash;
  const complete = userId && username && displayName && role && createdAt && lastActiveAt && email && seq;
  if (!complete || !leaderboardVisible) return undefined;
  return {
    ...{ id: userId, username, displayName, email },
    role: role as Role,
    totalScore: Number(hash['totalScore']),
    quizzesSolved: Number(hash['quizzesSolved']),
    createdAt: new Date(Number(createdAt)),
    lastActiveAt: new Date(Number(lastActiveAt)),
    emailVerified: hash['emailVerified'] === '1',
    leaderboardVisible: leaderboardVisible === '1',
    seq: BigInt(seq),
  };
}
