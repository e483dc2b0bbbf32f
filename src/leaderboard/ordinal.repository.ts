import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import { GLOBAL_LAYOUT, unitOf } from './board-score.js';

/** Three quarters of what the global board tells apart are spent. */
const DUE_AFTER = (unitOf(GLOBAL_LAYOUT) / 4n) * 3n;
const BATCH = 5_000;

interface Member {
  id: string;
  points: number;
  ordinal: bigint;
}

/** From 1, counted back from the last among those with as many points. */
type Placed = Member & { place: number };

/** The row of `ordinal_origin`. */
type Progress = Omit<Placed, 'id'> & { cut: bigint | null; most: number };

/**
 * Keeps ordinals within what boards in Redis hold. PostgreSQL's only ever rise; boards count them from an origin, which a
 * renumbering moves up, after it has moved the ordinals below it up in turn: of those with as many points, the last one
 * to just below the cut, the others below it, in batches from the last to the first. So the order among equals is the
 * same after each of them, whoever scores meanwhile and wherever it stops.
 */
@Injectable()
export class OrdinalRepository {
  constructor(private readonly database: Database) {}

  /** Writes from where a period counts that begins the day after tomorrow: long before anything counts in it. */
  async markDay(): Promise<void> {
    await this.database.$executeRaw`
      INSERT INTO ordinal_days (day, origin)
      SELECT (now() AT TIME ZONE 'UTC')::date + 2, last_value FROM standing_ordinal ON CONFLICT DO NOTHING`;
  }

  async isDue(): Promise<boolean> {
    const [row] = await this.database.$queryRaw<{ spent: bigint }[]>`
      SELECT last_value - origin AS spent FROM standing_ordinal, ordinal_origin`;
    return row !== undefined && row.spent > DUE_AFTER;
  }

  /** Takes the next step of a renumbering, whoever took the last one. @returns false when it is done */
  async renumberSome(): Promise<boolean> {
    return await this.database.$transaction(async (tx) => {
      const [progress] = await tx.$queryRaw<Progress[]>`
        SELECT cut, points, ordinal, place, most FROM ordinal_origin FOR UPDATE`;
      if (!progress) throw new Error('The table ordinal_origin has lost its row');
      if (progress.cut === null) return await begin(tx);
      return await moveSome(tx, progress.cut, progress);
    });
  }
}

// Whoever draws ordinals has rows of users locked: when nobody has, every ordinal below the cut is committed.
async function begin(tx: Transaction): Promise<boolean> {
  await tx.$executeRaw`SET LOCAL lock_timeout = '1s'`;
  await tx.$executeRaw`LOCK TABLE users IN EXCLUSIVE MODE`;
  await tx.$executeRaw`
    UPDATE ordinal_origin SET cut = nextval('standing_ordinal'), points = 0, ordinal = 0, place = 0, most = 0`;
  return true;
}

async function moveSome(tx: Transaction, cut: bigint, from: Progress): Promise<boolean> {
  const members = placed(await nextMembers(tx, cut, from), from);
  const last = members.at(-1);
  if (!last) {
    await tx.$executeRaw`UPDATE ordinal_origin SET origin = cut - most, cut = NULL`;
    return false;
  }
  await move(tx, cut, members);
  const most = members.reduce((highest, { place }) => Math.max(highest, place), from.most);
  await tx.$executeRaw`
    UPDATE ordinal_origin SET points = ${last.points}, ordinal = ${last.ordinal}, place = ${last.place}, most = ${most}`;
  return true;
}

/** By points, among equals the last first: the order of the index on both, read backwards. */
async function nextMembers(tx: Transaction, cut: bigint, { points, ordinal }: Progress): Promise<Member[]> {
  return await tx.$queryRaw<Member[]>`
    SELECT id, total_score AS points, ordinal FROM (
      (SELECT id, total_score, ordinal FROM users
       WHERE total_score = ${points} AND ordinal < ${ordinal} ORDER BY ordinal DESC LIMIT ${BATCH})
      UNION ALL
      (SELECT id, total_score, ordinal FROM users
       WHERE total_score > ${points} AND ordinal < ${cut} ORDER BY total_score, ordinal DESC LIMIT ${BATCH})
    ) next ORDER BY total_score, ordinal DESC LIMIT ${BATCH}`;
}

function placed(members: Member[], { points, place }: Progress): Placed[] {
  let last = { points, place };
  return members.map((member) => {
    last = { points: member.points, place: member.points === last.points ? last.place + 1 : 1 };
    return { ...member, place: last.place };
  });
}

/** Locked by id, as everybody locks users. Who has scored meanwhile is beyond the cut already. */
async function move(tx: Transaction, cut: bigint, members: Placed[]): Promise<void> {
  const ids = members.map(({ id }) => id);
  await tx.$executeRaw`SELECT id FROM users WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  await tx.$executeRaw`
    UPDATE users u SET ordinal = ${cut}::bigint - moved.place
    FROM unnest(${ids}::uuid[], ${members.map(({ ordinal }) => ordinal)}::bigint[],
      ${members.map(({ place }) => place)}::int[]) AS moved (id, ordinal, place)
    WHERE u.id = moved.id AND u.ordinal = moved.ordinal`;
}
