/** Runs work one piece after the other, in the order asked. A piece that fails does not stop the next. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  async take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    // The caller hears of a failure from `turn`; the next in line only waits for its end.
    this.last = turn.catch(() => undefined);
    return await turn;
  }
}
