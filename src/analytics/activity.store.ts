import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { beginSaveScript, pendingKey, savingKey, settleSaveScript } from './activity.scripts.js';
import { DEEDS, fieldOf, noCounters, type Counters } from './deeds.js';

const PAGE = 1_000;

/** What was gathered under one id, and is added to PostgreSQL once. */
export interface Gathering<T> {
  id: string;
  counted: T;
}

/** What of everybody's doings is not in PostgreSQL yet. */
@Injectable()
export class ActivityStore {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly scripts: ScriptRunner,
  ) {}

  /** Sets apart what is to be added to PostgreSQL: the same again until it is settled. By field; undefined when there is none. */
  async beginSave(): Promise<Gathering<Map<string, number>> | undefined> {
    for (;;) {
      const id = await this.scripts.run(beginSaveScript, undefined);
      if (id === undefined) return undefined;
      const counted = await this.setApart();
      // It was let go of meanwhile, or lost in a flush: what was read may be of another, which is counted under its own id.
      if ((await this.redis.hget(savingKey, 'id')) === id) return { id, counted };
    }
  }

  /** What is set apart does not change as long as it is there, so however it is paged through, all of it comes. */
  private async setApart(): Promise<Map<string, number>> {
    const counted = new Map<string, number>();
    let cursor = '0';
    do {
      const [next, flat] = await this.redis.hscan(savingKey, cursor, 'COUNT', PAGE);
      for (let at = 0; at < flat.length; at += 2) counted.set(flat[at] ?? '', Number(flat[at + 1]));
      cursor = next;
    } while (cursor !== '0');
    return counted;
  }

  async settle(id: string): Promise<void> {
    await this.scripts.run(settleSaveScript, id);
  }

  /** What a user did on these days, as far as it may not be saved, at one moment: by day. */
  async unsaved(userId: string, days: string[]): Promise<Gathering<Map<string, Counters>>[]> {
    const fields = days.flatMap((day) => DEEDS.map((deed) => fieldOf(userId, day, deed)));
    const replies = await this.redis
      .multi()
      .hmget(savingKey, 'id', ...fields)
      .hmget(pendingKey, 'id', ...fields)
      .exec();
    return (replies ?? []).flatMap(([error, reply]) => {
      if (error) throw error;
      const [id, ...values] = reply as (string | null)[];
      return typeof id === 'string' ? [{ id, counted: byDay(days, values) }] : [];
    });
  }
}

function byDay(days: string[], values: (string | null)[]): Map<string, Counters> {
  const counted = days.map((day, index): [string, Counters] => {
    const counters = noCounters();
    DEEDS.forEach((deed, at) => (counters[deed] = Number(values[index * DEEDS.length + at] ?? 0)));
    return [day, counters];
  });
  return new Map(counted.filter(([, counters]) => DEEDS.some((deed) => counters[deed] > 0)));
}
