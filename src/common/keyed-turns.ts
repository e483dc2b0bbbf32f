import { unavailable } from './errors.js';
import { Turns } from './turns.js';

/** Pieces of work in line for one key. */
interface Line {
  turns: Turns;
  length: number;
}

/**
 * Runs the work of each key one piece after the other, and of different keys at once: so that what would wait for one row
 * in PostgreSQL waits here, where it holds no connection that others need.
 */
export class KeyedTurns {
  private readonly lines = new Map<string, Line>();

  /** @param patienceMs how long a piece may wait until it begins */
  constructor(private readonly patienceMs: number) {}

  /** @throws AppError unavailable for what waited too long and was not begun */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { turns: new Turns(), length: 0 };
    this.lines.set(key, line);
    line.length += 1;
    const latest = Date.now() + this.patienceMs;
    try {
      return await line.turns.take(async () => {
        if (Date.now() > latest) throw unavailable('PostgreSQL');
        return await work();
      });
    } finally {
      line.length -= 1;
      if (line.length === 0) this.lines.delete(key);
    }
  }
}
