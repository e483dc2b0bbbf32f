/** One item on its way, with the promise of whoever handed it in. */
interface Pending<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** The outcome of one item of a group. */
export type Settled<Result> = { ok: true; value: Result } | { ok: false; error: unknown };

/**
 * Writes what arrives together in one go: while one group is being written, the next gathers. Items that share a
 * conflict key never stand in one group, so a statement meets each row once and the second of two sees the first.
 * Nobody waits longer than `patienceMs`, so what arrives faster than it can be written does not pile up.
 */
export class GroupCommit<Item, Result> {
  private waiting: Pending<Item, Result>[] = [];
  private writing = 0;

  constructor(
    private readonly options: {
      maxSize: number;
      /** How many groups may be under way at once. */
      parallel: number;
      conflictKeys: (item: Item) => string[];
      /** Answers for every item, in order. */
      write: (items: Item[]) => Promise<Settled<Result>[]>;
      patienceMs: number;
      /** What an item is refused with when patience ends: it was not begun and never will be, or its outcome is open. */
      tooLate: (begun: boolean) => Error;
    },
  ) {}

  async submit(item: Item): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const pending = { item, resolve, reject };
        this.waiting.push(pending);
        timer = setTimeout(() => this.refuse(pending), this.options.patienceMs);
        // Whatever else this turn of the event loop brings joins the same group.
        setImmediate(() => this.writeNext());
      });
    } finally {
      clearTimeout(timer);
    }
  }

  private refuse(pending: Pending<Item, Result>): void {
    const place = this.waiting.indexOf(pending);
    if (place !== -1) this.waiting.splice(place, 1);
    pending.reject(this.options.tooLate(place === -1));
  }

  private writeNext(): void {
    if (this.writing >= this.options.parallel || this.waiting.length === 0) return;
    const group = this.takeGroup();
    this.writing += 1;
    void this.write(group).finally(() => {
      this.writing -= 1;
      this.writeNext();
    });
  }

  private takeGroup(): Pending<Item, Result>[] {
    const taken = new Set<string>();
    const group: Pending<Item, Result>[] = [];
    const rest: Pending<Item, Result>[] = [];
    for (const pending of this.waiting) {
      const conflicts = this.options.conflictKeys(pending.item);
      const fits = group.length < this.options.maxSize && !conflicts.some((key) => taken.has(key));
      // A conflict with one that stays behind keeps the order, too.
      conflicts.forEach((key) => taken.add(key));
      (fits ? group : rest).push(pending);
    }
    this.waiting = rest;
    return group;
  }

  private async write(group: Pending<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.write(group.map((pending) => pending.item));
      group.forEach((pending, index) => {
        const result = results[index];
        if (result?.ok) pending.resolve(result.value);
        else pending.reject(result?.error ?? new Error('The group gave no answer'));
      });
    } catch (error) {
      group.forEach((pending) => pending.reject(error));
    }
  }
}
