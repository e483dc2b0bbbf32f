import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { boardOf, labelOf, quizBoardName, type Board } from './board.js';
import { STANDS } from './board-members.js';
import { SPAN_PERIODS, spanOn, type Span } from '../common/period.js';
import type { StandingToRecord } from './standing.js';

/** A UTC day, such as `2026-11-24`, on which a user handed in what changed the user's points on a quiz. */
export interface ScoredDay {
  userId: string;
  quizId: string;
  day: string;
}

/** Standings on one board. */
export interface Ranking {
  board: Board;
  entries: StandingToRecord[];
}

/** A user on a board of a period. */
export interface Place {
  userId: string;
  board: Board;
}

/** Standings on the boards of periods, summed up from the ledger. */
@Injectable()
export class PeriodStandings {
  constructor(private readonly database: Database) {}

  /** Every board of a period that these days count on, with where their users stand now. */
  async on(days: ScoredDay[]): Promise<Ranking[]> {
    return await this.at(placesOf(days));
  }

  /** The boards of these places, with where their users stand now. */
  async at(places: Place[]): Promise<Ranking[]> {
    const rows = await this.find(places);
    const rankings = new Map<string, Ranking>();
    for (const { place, ...standing } of rows) {
      const { board } = places[place] as Place;
      const ranking = rankings.get(labelOf(board)) ?? { board, entries: [] };
      ranking.entries.push(standing);
      rankings.set(labelOf(board), ranking);
    }
    return [...rankings.values()];
  }

  /** The days on which users ever got points. */
  async daysOf(userIds: string[]): Promise<ScoredDay[]> {
    return await this.database.$queryRaw<ScoredDay[]>`
      SELECT DISTINCT user_id AS "userId", quiz_id AS "quizId", accepted_on::text AS day
      FROM ledger WHERE user_id = ANY(${userIds}::uuid[]) AND delta <> 0`;
  }

  private async find(places: Place[]): Promise<(StandingToRecord & { place: number })[]> {
    if (places.length === 0) return [];
    const spans = places.map(({ board }) => board.span);
    return await this.database.$queryRaw`
      SELECT t.place::int - 1 AS place, u.id AS "userId", u.username, u.seq, NOT u.leaderboard_visible AS hidden,
        CASE WHEN ${STANDS} THEN coalesce(sums.points, 0) ELSE 0 END AS points,
        coalesce(ordinal_in_period(sums.ordinal, t.from_day), 0) AS ordinal
      FROM unnest(
        ${places.map(({ userId }) => userId)}::uuid[], ${places.map(({ board }) => board.quizId ?? null)}::uuid[],
        ${spans.map((span) => span?.from)}::date[], ${spans.map((span) => span?.until)}::date[]
      ) WITH ORDINALITY AS t (user_id, quiz_id, from_day, until_day, place)
      CROSS JOIN LATERAL (
        SELECT sum(l.delta)::int AS points, max(l.ordinal) AS ordinal FROM ledger l
        WHERE l.delta <> 0 AND l.user_id = t.user_id AND l.accepted_on >= t.from_day AND l.accepted_on < t.until_day
          AND (t.quiz_id IS NULL OR l.quiz_id = t.quiz_id)
      ) sums JOIN users u ON u.id = t.user_id`;
  }
}

/** The periods that days lie in, each once. */
export function spansOf(days: string[]): Span[] {
  const spans = days.flatMap((day) => SPAN_PERIODS.map((period) => spanOn(period, day)));
  return [...new Map(spans.map((span) => [`${span.period} ${span.key}`, span])).values()];
}

/** Each board of a period that these days count on, once for each of their users. */
export function placesOf(days: ScoredDay[]): Place[] {
  const places = new Map<string, Place>();
  for (const { userId, quizId, day } of days) {
    for (const span of SPAN_PERIODS.map((period) => spanOn(period, day))) {
      for (const name of ['global', quizBoardName(quizId)]) {
        const board = boardOf(name, span);
        places.set(`${userId} ${labelOf(board)}`, { userId, board });
      }
    }
  }
  return [...places.values()];
}
