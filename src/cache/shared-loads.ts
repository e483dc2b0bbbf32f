type Load<T> = () => Promise<T>;

/**
 * Loads without a lease: one at a time for each name. Who asks while one is running shares the next, since the running
 * one may have read what was replaced before it was asked for.
 */
export class SharedLoads {
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly next = new Map<string, Promise<unknown>>();

  async run<T>(name: string, load: Load<T>): Promise<T> {
    const waiting = this.next.get(name);
    if (waiting) return (await waiting) as T;
    const running = this.running.get(name);
    return await (running ? this.after(running, name, load) : this.start(name, load));
  }

  private after<T>(running: Promise<unknown>, name: string, load: Load<T>): Promise<T> {
    const begin = async () => {
      this.next.delete(name);
      return await this.start(name, load);
    };
    const next = running.then(begin, begin);
    this.next.set(name, next);
    return next;
  }

  private start<T>(name: string, load: Load<T>): Promise<T> {
    const running = load().finally(() => {
      if (this.running.get(name) === running) this.running.delete(name);
    });
    this.running.set(name, running);
    return running;
  }
}
