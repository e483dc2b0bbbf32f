import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { newId } from '../common/id.js';
import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { changedKey, settleSketchesScript, type SavedSketch } from './activity.scripts.js';
import { sketchKey, type Sketch } from './sketch.js';

/** Temporary ones that a process leaves behind when it dies. */
const LEFT_SEC = 60;
/** How many go into one round trip: 400 KB, and a few milliseconds of Redis. */
export const SKETCHES_AT_ONCE = 31;

/** A HyperLogLog with what PostgreSQL has of it, if anything. */
export interface HeldSketch extends Sketch {
  bytes?: Uint8Array;
}

/** Sizes of some sets, and of all of them together. */
export interface Sizes {
  each: number[];
  together: number;
}

/**
 * HyperLogLogs in Redis. What PostgreSQL has is always merged in: so it does not matter what Redis lost, and merging twice
 * changes nothing.
 */
@Injectable()
export class SketchStore {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly scripts: ScriptRunner,
  ) {}

  /** How many different ones each has counted, and all together: by merging them into temporary ones. */
  async sizes(sketches: HeldSketch[]): Promise<Sizes> {
    const token = newId();
    const whole = keys.analytics.merged('all', token, 'whole');
    const each: number[] = [];
    let together = 0;
    for (let at = 0; at < sketches.length; at += SKETCHES_AT_ONCE) {
      const page = sketches.slice(at, at + SKETCHES_AT_ONCE);
      const parts = page.map((_, index) => keys.analytics.merged('all', token, String(index)));
      const replies = await this.merging(page, parts, (merging) => {
        for (const part of parts) merging.pfcount(part);
        merging
          .pfmerge(whole, ...parts)
          .expire(whole, LEFT_SEC)
          .pfcount(whole);
      });
      each.push(...replies.slice(0, parts.length).map(Number));
      together = Number(replies.at(-1));
    }
    await this.redis.unlink(whole);
    return { each, together };
  }

  /** What Redis and PostgreSQL have together, as PostgreSQL is to have it. */
  async merged(sketches: HeldSketch[]): Promise<Uint8Array[]> {
    const token = newId();
    const parts = sketches.map((_, index) => keys.analytics.merged('all', token, String(index)));
    const replies = await this.merging(sketches, parts, (merging) => {
      for (const part of parts) merging.getBuffer(part);
    });
    return replies as Uint8Array[];
  }

  /** Some that are not saved as they are. */
  async changed(): Promise<SavedSketch[]> {
    const flat = await this.redis.zrange(changedKey, 0, String(SKETCHES_AT_ONCE - 1), 'WITHSCORES');
    return Array.from({ length: flat.length / 2 }, (_, index) => ({
      name: flat[2 * index] ?? '',
      changes: Number(flat[2 * index + 1]),
    }));
  }

  /** They are saved as they were when they had changed so often. @returns how many have not changed since */
  async settle(saved: SavedSketch[]): Promise<number> {
    return await this.scripts.run(settleSketchesScript, saved);
  }

  /** Merges each into a temporary one, asks of them, and drops them, in one transaction. @returns the replies to what was asked */
  private async merging(
    sketches: HeldSketch[],
    parts: Key[],
    ask: (merging: ReturnType<Redis['multi']>) => void,
  ): Promise<unknown[]> {
    const merging = this.redis.multi();
    for (const [index, sketch] of sketches.entries()) {
      const part = parts[index];
      if (part === undefined) continue;
      if (sketch.bytes) merging.set(part, Buffer.from(sketch.bytes), 'EX', LEFT_SEC);
      else merging.del(part);
      merging.pfmerge(part, part, sketchKey(sketch)).expire(part, LEFT_SEC);
    }
    const before = merging.length;
    ask(merging);
    const asked = merging.length - before;
    merging.unlink(...parts);
    const replies = (await merging.exec()) ?? [];
    for (const [error] of replies) if (error) throw error;
    return replies.slice(-asked - 1, -1).map(([, reply]) => reply);
  }
}
