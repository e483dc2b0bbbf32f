import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { NeedsSession, Public } from '../auth/access.decorators.js';
import { Caller, DemandCaller, OptionalCaller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { BoardReader } from './board.reader.js';
import { LeaderboardPage, LeaderboardPlace, PlaceQuery, TopQuery } from './leaderboard.dto.js';

/**
 * Boards are open to all, so that they are readable while Redis, and with it every session, is away; those of groups to
 * their members.
 */
@ApiTags('Leaderboards')
@ApiParam({
  name: 'board',
  description: '`global`, `quiz:{quizId}`, or `group:{conversationId}` for its members',
  example: 'global',
})
@Controller('leaderboards/:board')
export class LeaderboardController {
  constructor(private readonly boards: BoardReader) {}

  @Public()
  @Get()
  @Api({
    id: 'getLeaderboard',
    summary: 'Who leads a board',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  async top(
    @OptionalCaller() caller: Caller | undefined,
    @DemandCaller() demand: DemandCaller,
    @Param('board') board: string,
    @Query() query: TopQuery,
  ): Promise<LeaderboardPage> {
    await this.boards.requireOpen(board, demand);
    return await this.boards.top(board, query, caller);
  }

  @NeedsSession()
  @Get('me')
  @Api({
    id: 'getMyRank',
    summary: 'My rank and who is around me',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  async mine(
    @Caller() caller: Caller,
    @Param('board') board: string,
    @Query() query: PlaceQuery,
  ): Promise<LeaderboardPlace> {
    await this.boards.requireOpen(board, () => caller);
    return await this.boards.place(board, caller.userId, query, caller);
  }

  @Public()
  @Get('users/:userId')
  @Api({
    id: 'getRankOfUser',
    summary: 'The rank of a user and who is around',
    description: 'Whoever does not want to be seen on boards has none for others.',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  async one(
    @OptionalCaller() caller: Caller | undefined,
    @DemandCaller() demand: DemandCaller,
    @IdParam('userId') userId: string,
    @Param('board') board: string,
    @Query() query: PlaceQuery,
  ): Promise<LeaderboardPlace> {
    await this.boards.requireOpen(board, demand);
    return await this.boards.place(board, userId, query, caller);
  }
}
