import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import { SKETCHES_KEPT_DAYS } from './analytics.times.js';
import { sketchName, type Sketch } from './sketch.js';
import type { HeldSketch } from './sketch.store.js';

type Row = Sketch & { bytes: Uint8Array };

/** What PostgreSQL has of HyperLogLogs. */
@Injectable()
export class SketchRepository {
  constructor(private readonly database: Database) {}

  /** These, with what is held of them. */
  async find(sketches: Sketch[]): Promise<HeldSketch[]> {
    const rows = await this.database.$queryRaw<Row[]>`
      SELECT s.* FROM sketches s JOIN unnest(${kinds(sketches)}::text[], ${subjects(sketches)}::text[]) AS one (kind, subject)
        USING (kind, subject)`;
    return withBytes(sketches, rows);
  }

  /**
   * Replaces what is held by what `merge` makes of it, in one commit. Nobody else does so meanwhile; who did before is seen.
   * @param merge answers with the bytes of each, in order
   */
  async replace(sketches: Sketch[], merge: (held: HeldSketch[]) => Promise<Uint8Array[]>): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const held = await lock(tx, sketches);
      const bytes = (await merge(held)).map((one) => Buffer.from(one).toString('hex'));
      await tx.$executeRaw`
        INSERT INTO sketches (kind, subject, bytes)
        SELECT kind, subject, decode(hex, 'hex')
        FROM unnest(${kinds(held)}::text[], ${subjects(held)}::text[], ${bytes}::text[]) AS one (kind, subject, hex)
        ON CONFLICT (kind, subject) DO UPDATE SET bytes = excluded.bytes`;
    });
  }

  /** Lets go of days after 400 of them. */
  async forget(limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM sketches WHERE (kind, subject) IN (
        SELECT kind, subject FROM sketches
        WHERE kind IN ('visitors', 'active')
          AND subject < to_char(now() AT TIME ZONE 'UTC' - make_interval(days => ${SKETCHES_KEPT_DAYS}::int), 'YYYY-MM-DD')
        LIMIT ${limit})`;
  }
}

/** One lock for all: they are few, and their rows may not be there yet. */
async function lock(tx: Transaction, sketches: Sketch[]): Promise<HeldSketch[]> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('redistack sketches'))`;
  const rows = await tx.$queryRaw<Row[]>`
    SELECT s.* FROM sketches s JOIN unnest(${kinds(sketches)}::text[], ${subjects(sketches)}::text[]) AS one (kind, subject)
      USING (kind, subject)`;
  return withBytes(sketches, rows);
}

const kinds = (sketches: Sketch[]) => sketches.map(({ kind }) => kind);
const subjects = (sketches: Sketch[]) => sketches.map(({ subject }) => subject);

function withBytes(sketches: Sketch[], rows: Row[]): HeldSketch[] {
  const held = new Map(rows.map((row) => [sketchName(row), row.bytes]));
  return sketches.map((sketch) => ({ ...sketch, bytes: held.get(sketchName(sketch)) }));
}
