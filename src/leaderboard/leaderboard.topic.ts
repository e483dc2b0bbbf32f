import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import type { ChangeEvent, Listening, TopicKeys, TopicSource } from '../events/topic-source.js';
import { Topics } from '../events/topics.js';
import { boardOf, keysOf } from './board.js';
import { BoardReader } from './board.reader.js';
import { BoardChanged, boardChanged, boardTopic, top10Entered, top10Left } from './leaderboard.events.js';

const TOP = { period: 'all', offset: 0, limit: 10 } as const;
const CHANGES_PER_SECOND = 4;

/** The topics `leaderboard:{board}`, which every signed-in user may hear, and members those of their groups. */
@Injectable()
export class LeaderboardTopic implements TopicSource<BoardChanged>, OnModuleInit {
  readonly kind = boardTopic;
  readonly events = [top10Entered, top10Left, boardChanged];
  readonly snapshotType = BoardChanged;
  readonly changed: ChangeEvent<BoardChanged> = {
    event: boardChanged,
    intervalMs: 1_000 / CHANGES_PER_SECOND,
    load: async (name) => await this.top(name),
  };

  constructor(
    private readonly topics: Topics,
    private readonly boards: BoardReader,
  ) {}

  onModuleInit(): void {
    this.topics.register(this);
  }

  keys(name: string): TopicKeys {
    const { topic, stream } = keysOf(boardOf(name));
    return { topic, stream };
  }

  /** @throws AppError not_found for a board that does not exist, and for a group's to who is not in it */
  async authorize(caller: Caller, name: string): Promise<void> {
    await this.boards.require(name, caller);
  }

  async stillAllowed(all: Listening[]): Promise<boolean[]> {
    return await this.boards.areOpen(all.map(({ caller, name }) => ({ userId: caller.userId, name })));
  }

  async snapshot(_caller: Caller, name: string): Promise<BoardChanged> {
    return await this.top(name);
  }

  private async top(name: string): Promise<BoardChanged> {
    const { board, data } = await this.boards.top(name, TOP);
    return { board, period: TOP.period, top: data };
  }
}
