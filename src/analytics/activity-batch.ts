import type { Deed } from '../common/activity/activities.service.js';
import type { Sketch, SketchKind } from './sketch.js';

/** How many different entries a batch has: what one script does in a few milliseconds. */
export const BATCH_SIZE = 1_000;

interface Counted {
  userId: string;
  deed: Deed;
  times: number;
}

/** What people did on a day, gathered to be recorded together: equal things are added up. */
export class ActivityBatch {
  private readonly members = new Map<string, Sketch & { members: Set<string> }>();
  private readonly counts = new Map<string, Counted>();
  private size = 0;
  /** Set when it is first sent: then it stays as it is. */
  closed = false;

  constructor(
    readonly number: number,
    readonly day: string,
    /** Under which what it begins to gather in Redis would be saved. */
    readonly pendingId: string,
  ) {}

  get isFull(): boolean {
    return this.closed || this.size >= BATCH_SIZE;
  }

  get sketches(): (Sketch & { members: string[] })[] {
    return [...this.members.values()].map((one) => ({ ...one, members: [...one.members] }));
  }

  get counted(): Counted[] {
    return [...this.counts.values()];
  }

  add(kind: SketchKind, subject: string, member: string): void {
    const name = `${kind}:${subject}`;
    const sketch = this.members.get(name) ?? { kind, subject, members: new Set<string>() };
    if (sketch.members.has(member)) return;
    this.members.set(name, sketch);
    sketch.members.add(member);
    this.size += 1;
  }

  count(userId: string, deed: Deed): void {
    const name = `${userId}|${deed}`;
    const counted = this.counts.get(name);
    if (counted) counted.times += 1;
    else {
      this.counts.set(name, { userId, deed, times: 1 });
      this.size += 1;
    }
  }
}
