import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { boardOf, GLOBAL, groupBoardName, labelOf, type BoardName } from './board.js';
import type { Place, Ranking } from './period-standings.repository.js';

/** Standings on the boards of groups: as on the global one, among the members of a conversation. */
@Injectable()
export class GroupStandings {
  constructor(private readonly database: Database) {}

  /**
   * The boards of all groups that users of the global ones are in. Who is a member is read after these standings were, so
   * that whoever leaves has a later `seq` than any of them, and a fence that holds them off.
   */
  async among(rankings: Ranking[]): Promise<Ranking[]> {
    const global = rankings.filter(({ board, entries }) => board.name === GLOBAL.name && entries.length > 0);
    const groups = await this.groupsOf(global.flatMap(({ entries }) => entries.map(({ userId }) => userId)));
    if (groups.size === 0) return [];
    const found = new Map<string, Ranking>();
    for (const { board, entries } of global)
      for (const entry of entries)
        for (const groupId of groups.get(entry.userId) ?? []) {
          const group = boardOf(groupBoardName(groupId), board.span);
          const ranking = found.get(labelOf(group)) ?? { board: group, entries: [] };
          ranking.entries.push(entry);
          found.set(labelOf(group), ranking);
        }
    return [...found.values()];
  }

  /** Those of these places that are on the global board, on the boards of their users' groups. */
  async placesAmong(places: Place[]): Promise<Place[]> {
    const global = places.filter(({ board }) => board.name === GLOBAL.name);
    const groups = await this.groupsOf(global.map(({ userId }) => userId));
    return global.flatMap(({ userId, board }) =>
      (groups.get(userId) ?? []).map((groupId) => ({
        userId,
        board: boardOf(groupBoardName(groupId), board.span),
      })),
    );
  }

  /** The boards of the groups that a user is in. */
  async namesOf(userId: string): Promise<BoardName[]> {
    return ((await this.groupsOf([userId])).get(userId) ?? []).map(groupBoardName);
  }

  private async groupsOf(userIds: string[]): Promise<Map<string, string[]>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.database.$queryRaw<{ userId: string; groupIds: string[] }[]>`
      SELECT m.user_id AS "userId", array_agg(m.conversation_id::text) AS "groupIds"
      FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
      WHERE m.user_id = ANY(${[...new Set(userIds)]}::uuid[]) AND c.type = 'group' GROUP BY m.user_id`;
    return new Map(rows.map(({ userId, groupIds }) => [userId, groupIds]));
  }
}
