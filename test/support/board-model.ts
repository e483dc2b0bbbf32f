import { spanOf, type Period } from '../../src/common/period.js';
import type { Learner } from './learners.js';
import type { CommittedScore } from './scores.js';

/** Of which board and period. */
export interface Asked {
  quizId?: string;
  groupId?: string;
  period: Period;
  periodKey?: string;
}

export interface Placed {
  learner: Learner;
  points: number;
  ordinal: bigint;
}

/** What every board must be: all scores there ever were, added up and sorted. */
export class BoardModel {
  private readonly scores: CommittedScore[] = [];
  private readonly banned = new Set<string>();
  private readonly hidden = new Set<string>();
  private readonly members = new Map<string, Set<string>>();

  add(scores: CommittedScore[]): void {
    this.scores.push(...scores);
  }

  setBanned({ userId }: Learner, banned: boolean): void {
    if (banned) this.banned.add(userId);
    else this.banned.delete(userId);
  }

  setHidden({ userId }: Learner, hidden: boolean): void {
    if (hidden) this.hidden.add(userId);
    else this.hidden.delete(userId);
  }

  /** @returns whether the user is in the group now */
  toggleMember(groupId: string, { userId }: Learner): boolean {
    const members = this.members.get(groupId) ?? new Set();
    this.members.set(groupId, members);
    if (members.delete(userId)) return false;
    members.add(userId);
    return true;
  }

  isHidden = ({ userId }: Learner): boolean => this.hidden.has(userId);

  /** Everyone who is ranked, the first first. */
  ranking({ quizId, groupId, period, periodKey }: Asked): Placed[] {
    const group = groupId === undefined ? undefined : (this.members.get(groupId) ?? new Set());
    const span = period === 'all' ? undefined : spanOf(period, periodKey ?? '');
    const members = new Map<string, Placed>();
    for (const { learner, delta, ordinal, ...score } of this.scores) {
      if (quizId !== undefined && score.quizId !== quizId) continue;
      if (group && !group.has(learner.userId)) continue;
      if (span && (score.day < span.from || score.day >= span.until)) continue;
      const points = (members.get(learner.userId)?.points ?? 0) + delta;
      members.set(learner.userId, { learner, points, ordinal });
    }
    return [...members.values()]
      .filter(({ learner, points }) => points > 0 && !this.banned.has(learner.userId))
      .sort((one, other) => other.points - one.points || (one.ordinal < other.ordinal ? -1 : 1));
  }
}
