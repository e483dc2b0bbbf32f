import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit.service.js';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { BoardRebuilder } from './board.rebuilder.js';
import { BoardVerifier } from './board.verifier.js';
import { KeptBoards } from './kept-boards.js';
import { RebuildOrder, Verification } from './leaderboard.dto.js';

@ApiTags('Administration')
@NeedsSession()
@Roles('admin')
@Controller('admin/leaderboards')
export class AdminLeaderboardsController {
  constructor(
    private readonly verifier: BoardVerifier,
    private readonly rebuilder: BoardRebuilder,
    private readonly kept: KeptBoards,
    private readonly audit: AuditLog,
  ) {}

  @Post('verify')
  @HttpCode(200)
  @Api({
    id: 'verifyLeaderboards',
    summary: 'Compare every board that Redis holds with PostgreSQL',
    description:
      'While scores come in, too: what differs for two seconds is listed. It takes a few seconds a million.',
    errors: ['unauthenticated', 'forbidden'],
  })
  async verify(@Caller() { userId }: Caller): Promise<Verification> {
    const found = await this.verifier.verify();
    const details = { boards: found.boards, members: found.members, differences: found.differences.length };
    await this.audit.record({ userId, actorId: userId, action: 'leaderboards.verified', details });
    return found;
  }

  @Post('rebuild')
  @HttpCode(202)
  @Api({
    id: 'rebuildLeaderboards',
    summary: 'Build every board that Redis holds anew from PostgreSQL, in place',
    description: 'Boards are read and written meanwhile; entries to the top 10 are not announced.',
    errors: ['unauthenticated', 'forbidden'],
  })
  async rebuild(@Caller() { userId }: Caller): Promise<RebuildOrder> {
    const boards = await this.kept.list();
    await this.rebuilder.demand(boards);
    const details = { boards: boards.length };
    await this.audit.record({ userId, actorId: userId, action: 'leaderboards.rebuilt', details });
    return { boards: boards.length };
  }
}
