const MOST = 100_000;
const REMEMBERED_MS = 5 * 60_000;

/**
 * Who was added to a HyperLogLog of the day lately, so as not to add them with every request. It forgets after five minutes,
 * so that a Redis that was emptied learns of them again.
 */
export class RecentMembers {
  private members = new Set<string>();
  private day = '';
  private since = 0;

  /** Whether it has the member; now it does. */
  has(kind: string, member: string, day: string): boolean {
    const now = performance.now();
    if (day !== this.day || now - this.since > REMEMBERED_MS || this.members.size >= MOST) {
      this.members = new Set();
      [this.day, this.since] = [day, now];
    }
    const name = kind + member;
    if (this.members.has(name)) return true;
    this.members.add(name);
    return false;
  }
}
