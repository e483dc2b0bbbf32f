import { Clock } from '../../src/common/clock.js';
import { BoardBuilder } from '../../src/leaderboard/board.builder.js';
import { BoardHealth } from '../../src/leaderboard/board-health.js';
import { BoardPageRepository } from '../../src/leaderboard/board-page.repository.js';
import { BoardReader } from '../../src/leaderboard/board.reader.js';
import { BoardRebuilder } from '../../src/leaderboard/board.rebuilder.js';
import { BoardService } from '../../src/leaderboard/board.service.js';
import { BoardVerifier } from '../../src/leaderboard/board.verifier.js';
import { GroupStandings } from '../../src/leaderboard/group-standings.repository.js';
import { KeptBoards } from '../../src/leaderboard/kept-boards.js';
import { OrdinalRepository } from '../../src/leaderboard/ordinal.repository.js';
import { PeriodStandings } from '../../src/leaderboard/period-standings.repository.js';
import { StandingsRepository } from '../../src/leaderboard/standings.repository.js';
import { ProfileRepository } from '../../src/profile/profile.repository.js';
import { ProfileService } from '../../src/profile/profile.service.js';
import type { TestDatabase } from './database.js';
import type { TestRedis } from './redis.js';

export interface TestBoards {
  service: BoardService;
  reader: BoardReader;
  rebuilder: BoardRebuilder;
  health: BoardHealth;
  verifier: BoardVerifier;
  ordinals: OrdinalRepository;
  profiles: ProfileService;
}

/** The leaderboard as one process has it, on these stores. */
export function leaderboardOn(
  { redis, scripts }: Pick<TestRedis, 'redis' | 'scripts'>,
  { database }: TestDatabase,
  standings = new StandingsRepository(database),
  clock = new Clock(),
): TestBoards {
  const profiles = new ProfileService(redis, scripts, new ProfileRepository(database));
  const ordinals = new OrdinalRepository(database);
  const kept = new KeptBoards(redis);
  const builder = new BoardBuilder(scripts, standings, ordinals, profiles, kept, redis);
  const rebuilder = new BoardRebuilder(scripts, builder, redis);
  return {
    service: new BoardService(
      scripts,
      standings,
      new PeriodStandings(database),
      new GroupStandings(database),
      kept,
    ),
    reader: new BoardReader(
      scripts,
      new BoardPageRepository(database),
      profiles,
      rebuilder,
      standings,
      clock,
    ),
    rebuilder,
    health: new BoardHealth(scripts),
    verifier: new BoardVerifier(kept, rebuilder, standings, redis),
    ordinals,
    profiles,
  };
}
