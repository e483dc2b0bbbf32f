import { AppError } from '../common/errors.js';

/** Lets so many works go on at once; so many others wait, in the order in which they came. */
export class Slots {
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly shared = new Map<string, Promise<unknown>>();

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting = Infinity,
  ) {}

  /** @throws AppError unavailable when too many wait already */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.begin();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.underWay -= 1;
    }
  }

  /**
   * The same, once for all who ask for it under this name before it has begun: what each is given was read after they
   * asked.
   * @throws AppError unavailable when too many wait already
   */
  async share<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const known = this.shared.get(name) as Promise<Result> | undefined;
    if (known) return await known;
    const result = this.take(async () => {
      this.shared.delete(name);
      return await work();
    });
    this.shared.set(name, result);
    return await result.catch((error: unknown) => {
      if (this.shared.get(name) === result) this.shared.delete(name);
      throw error;
    });
  }

  private async begin(): Promise<void> {
    if (this.underWay < this.atOnce) this.underWay += 1;
    else if (this.waiting.length >= this.mostWaiting) throw new AppError('unavailable', { retryAfterSec: 1 });
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
