import { Injectable } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Cache, type Cached } from './cache.service.js';

/** Longer than any value of a group is kept. */
const GENERATION_SEC = 3_600;

/** What `Cache.update` is given by whoever changes what a whole group shows. */
export const generationOf = (group: string): string => `generation:${group}`;

/**
 * Values that an update replaces together, however many there are, such as the pages of a list. Their names hold the
 * generation of their group, a token that is itself cached: an update removes it, as it does any value, and whatever is
 * or will yet be stored under it goes by a name that nobody asks for again.
 */
@Injectable()
export class CacheGroups {
  constructor(private readonly cache: Cache) {}

  /** As `Cache.getOrLoad`; the name is that of the value within its group. */
  async getOrLoad<T>(
    group: string,
    name: string,
    ttlSec: number,
    load: () => Promise<T>,
    isShared?: (value: T) => boolean,
  ): Promise<Cached<T>> {
    const draw = async () => await Promise.resolve(newId());
    const generation = await this.cache.getOrLoad(generationOf(group), GENERATION_SEC, draw);
    // Redis is away, or an update is under way: what is stored now would never be found.
    if (!generation.kept) return await this.cache.loadPast(`${group}:${name}`, load);
    return await this.cache.getOrLoad(`${group}:${generation.value}:${name}`, ttlSec, load, isShared);
  }
}
