import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';

/** A conversation of whose last events nobody knows whether they were told. */
export interface Unsettled {
  id: string;
  seq: number;
  /** Whether its last event is so old that Redis will not lose it any more. */
  isOld: boolean;
}

/** An event is told right after its commit: who has not done so in so long is dead, or Redis was away. */
const TOLD_WITHIN_SEC = 2;
/** Longer than what a Redis may lose that crashed, or whose replica took over. */
const OLD_SEC = 30;

/** How far conversations are known to have been told. */
@Injectable()
export class ChatSweepRepository {
  constructor(private readonly database: Database) {}

  /** By id; without those that have an event which is perhaps being told. */
  async unsettled(afterId: string, limit: number): Promise<Unsettled[]> {
    const rows = await this.database.$queryRaw<(Omit<Unsettled, 'seq'> & { seq: bigint })[]>`
      SELECT id, seq, active_at <= now() - make_interval(secs => ${OLD_SEC}::int) AS "isOld" FROM conversations
      WHERE seq > told_seq AND id > ${afterId}::uuid AND active_at <= now() - make_interval(secs => ${TOLD_WITHIN_SEC}::int)
      ORDER BY id LIMIT ${limit}`;
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }

  /** Passes over who is being written to: that one is looked at again anyway. */
  async settle(told: { id: string; seq: number }[]): Promise<void> {
    await this.database.$executeRaw`
      WITH told AS (
        SELECT c.id, one.seq FROM unnest(
          ${told.map(({ id }) => id)}::uuid[], ${told.map(({ seq }) => seq)}::bigint[]) AS one (id, seq)
        JOIN conversations c USING (id) FOR NO KEY UPDATE OF c SKIP LOCKED)
      UPDATE conversations SET told_seq = told.seq FROM told WHERE conversations.id = told.id`;
  }
}
