import { Controller, Delete, Get, HttpCode, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { PageQuery } from '../common/page.js';
import { BlockService } from './block.service.js';
import { NamedUserPage } from './relation.dto.js';

@ApiTags('Profiles')
@NeedsSession()
@Controller('me/blocks')
export class BlockController {
  constructor(private readonly blocks: BlockService) {}

  @Put(':userId')
  @HttpCode(204)
  @Api({
    id: 'blockUser',
    summary: 'Hear nothing of a user',
    description:
      'We can no longer write to each other alone, nor watch or follow each other; both stay in their groups. ' +
      'May be repeated. Nobody blocks themselves, or more than 1,000 others.',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  block(@Caller() caller: Caller, @IdParam('userId') userId: string): Promise<void> {
    return this.blocks.block(caller, userId);
  }

  @Delete(':userId')
  @HttpCode(204)
  @Api({
    id: 'unblockUser',
    summary: 'Block a user no more',
    description:
      'Whom one does not block is fine, and so is whom there is not. Following does not come back by itself.',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  unblock(@Caller() caller: Caller, @IdParam('userId') userId: string): Promise<void> {
    return this.blocks.unblock(caller, userId);
  }

  @Get()
  @Api({ id: 'listBlocked', summary: 'Whom I block', errors: ['validation_failed', 'unauthenticated'] })
  list(@Caller() caller: Caller, @Query() query: PageQuery): Promise<NamedUserPage> {
    return this.blocks.list(caller, query);
  }
}
