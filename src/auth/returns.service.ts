import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';

/**
 * What somebody does when the owner of a dormant account signs in: inside the commit, and, by what it answers, after it and
 * before the sign-in is answered.
 */
export type Welcome = (tx: Transaction, userId: string) => Promise<() => Promise<void>>;

/** Where features say what follows when the owner of a dormant account comes back; every way in tells it. */
@Injectable()
export class Returns {
  private readonly welcomes: Welcome[] = [];

  onReturn(welcome: Welcome): void {
    this.welcomes.push(welcome);
  }

  /** @returns what is to be done after the commit */
  async welcome(tx: Transaction, userId: string): Promise<() => Promise<void>> {
    const after: (() => Promise<void>)[] = [];
    for (const welcome of this.welcomes) after.push(await welcome(tx, userId));
    return async () => {
      for (const step of after) await step();
    };
  }
}
