import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, Prisma, type Transaction } from '../../database/database.service.js';
import { Retention } from '../retention/retention.service.js';
import { AppError } from '../errors.js';
import type { IdempotencyLookup } from './idempotency-lookup.js';

const KEPT_HOURS = 24;

/** An answer as it was first given. */
export interface FirstAnswer {
  status: number;
  headers: Record<string, string>;
  body: Prisma.JsonObject;
}

export interface StoredAnswer extends FirstAnswer {
  userId: string;
  key: string;
  requestHash: string;
}

/**
 * Remembers the first answer to a request that carried an `Idempotency-Key`, in the same commit as its effect.
 * Source: IETF draft-ietf-httpapi-idempotency-key-header.
 */
@Injectable()
export class Idempotency implements IdempotencyLookup {
  constructor(
    private readonly database: Database,
    retention: Retention,
  ) {
    retention.register({ what: 'idempotency keys', sweep: async (limit) => await this.sweep(limit) });
  }

  async find(userId: string, key: string): Promise<boolean> {
    return (await this.load(userId, key)) !== undefined;
  }

  /** The first answer, or undefined when the key is new. @throws AppError idempotency_key_reused for another request */
  async replay(userId: string, key: string, requestHash: string): Promise<FirstAnswer | undefined> {
    const stored = await this.load(userId, key);
    if (stored && stored.requestHash !== requestHash) {
      throw new AppError('idempotency_key_reused', { detail: 'Use a new Idempotency-Key for a new request' });
    }
    return stored;
  }

  /** Stores answers inside `tx`; returns how many keys were new. Waits for others that are storing the same key. */
  async store(tx: Transaction, answers: StoredAnswer[]): Promise<number> {
    if (answers.length === 0) return 0;
    const sorted = answers.toSorted((a, b) => compare(a.userId + a.key, b.userId + b.key));
    return await tx.$executeRaw`
      INSERT INTO idempotency_keys (user_id, key, request_hash, status, headers, body)
      SELECT user_id, key, hash, status, headers::jsonb, body::jsonb
      FROM unnest(
        ${sorted.map((a) => a.userId)}::uuid[], ${sorted.map((a) => a.key)}::text[],
        ${sorted.map((a) => a.requestHash)}::text[], ${sorted.map((a) => a.status)}::int[],
        ${sorted.map((a) => JSON.stringify(a.headers))}::text[], ${sorted.map((a) => JSON.stringify(a.body))}::text[]
      ) AS t (user_id, key, hash, status, headers, body)
      ON CONFLICT (user_id, key) DO UPDATE
        SET request_hash = excluded.request_hash, status = excluded.status, headers = excluded.headers,
            body = excluded.body, created_at = now()
        WHERE idempotency_keys.created_at < now() - make_interval(hours => ${KEPT_HOURS}::int)`;
  }

  /** Deletes keys past their time, at most `limit`; returns how many. */
  private async sweep(limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM idempotency_keys WHERE (user_id, key) IN (
        SELECT user_id, key FROM idempotency_keys
        WHERE created_at < now() - make_interval(hours => ${KEPT_HOURS}::int) LIMIT ${limit})`;
  }

  private async load(
    userId: string,
    key: string,
  ): Promise<(FirstAnswer & { requestHash: string }) | undefined> {
    const rows = await this.database.$queryRaw<(FirstAnswer & { requestHash: string })[]>`
      SELECT status, headers, body, request_hash AS "requestHash" FROM idempotency_keys
      WHERE user_id = ${userId}::uuid AND key = ${key}
        AND created_at >= now() - make_interval(hours => ${KEPT_HOURS}::int)`;
    return rows[0];
  }
}

/** Tells one request from another: the route and the body, whatever the order of its fields. */
export const requestHash = (route: string, body: unknown): string =>
  createHash('sha256')
    .update(`${route}\n${canonical(body)}`)
    .digest('base64url');

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => compare(a, b));
  return `{${fields.map(([name, child]) => `${JSON.stringify(name)}:${canonical(child)}`).join(',')}}`;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
