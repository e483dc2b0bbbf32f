import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Figures } from '../jobs/run-log.service.js';
import { PREFIX } from '../redis/key.js';
import { isKnownKey, mayStay } from '../redis/key-catalogue.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ROUNDS } from './rounds.js';
import type { Sweep } from './sweep.js';

const STEPS = 10;
const SCAN = 500;
const DAY_SEC = 24 * 3600;

/**
 * Looks, some steps a run and round and round, for keys of ours that the registry does not know, such as those of an older
 * release, and for those that should expire and would not. They are not deleted, but given a day: who owns one, of a newer
 * release, say, renews it. What has an expiry goes by itself, and names that are not ours are nobody's business here.
 */
@Injectable()
export class OrphanedKeysSweep implements Sweep {
  readonly round = ROUNDS.orphans;
  private readonly logger = new Logger(OrphanedKeysSweep.name);

  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  async run(stop: AbortSignal): Promise<Figures> {
    const scanned = keys.lifecycle.scanned('all');
    const figures = { looked: 0, unknown: 0, lasting: 0 };
    let cursor = (await this.redis.get(scanned)) ?? '0';
    for (let step = 0; step < STEPS && !stop.aborted; step += 1) {
      const [next, names] = await this.redis.scan(cursor, 'MATCH', `${PREFIX}:*`, 'COUNT', SCAN);
      await this.look(names, figures);
      await this.redis.set(scanned, next, 'EX', DAY_SEC);
      cursor = next;
      if (next === '0') break;
    }
    return figures;
  }

  private async look(names: string[], figures: { looked: number; unknown: number; lasting: number }) {
    figures.looked += names.length;
    const stay = (await this.lasting(names)).filter(({ name, type }) => !mayStay(name, type));
    for (const { name, type } of stay) {
      const isKnown = isKnownKey(name, type);
      figures[isKnown ? 'lasting' : 'unknown'] += 1;
      this.logger.warn(`A key without an expiry has a day to go: ${purposeOf(name)}, a ${type}`);
      await this.redis.expire(name, DAY_SEC, 'NX');
    }
  }

  /** Those that have no expiry. */
  private async lasting(names: string[]): Promise<{ name: string; type: string }[]> {
    const asked = this.redis.pipeline();
    for (const name of names) asked.type(name).pttl(name);
    const replies = (await asked.exec()) ?? [];
    for (const [error] of replies) if (error) throw error;
    return names.flatMap((name, at) => {
      const [type, pttl] = [replies[2 * at]?.[1], replies[2 * at + 1]?.[1]];
      return typeof type === 'string' && pttl === -1 ? [{ name, type }] : [];
    });
  }
}

/** Without whose it is: the log tells nothing of anybody. */
const purposeOf = (name: string): string =>
  name.replace(
    /\{([^:}]*)[^}]*\}:([^:]*).*/s,
    (_all, owner: string, purpose: string) => `{${owner}}:${purpose}`,
  );
