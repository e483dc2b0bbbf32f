import { Module } from '@nestjs/common';
import { AcquaintanceRepository } from './acquaintance.repository.js';
import { AcquaintanceService } from './acquaintance.service.js';
import { BlockController } from './block.controller.js';
import { BlockRepository } from './block.repository.js';
import { BlockService } from './block.service.js';
import { FollowRepository } from './follow.repository.js';
import { FollowService } from './follow.service.js';
import { RelationController } from './relation.controller.js';

/** What users are to each other. */
@Module({
  controllers: [RelationController, BlockController],
  providers: [
    ...[FollowRepository, FollowService, BlockRepository, BlockService],
    ...[AcquaintanceRepository, AcquaintanceService],
  ],
  exports: [FollowService, BlockService, AcquaintanceService],
})
export class RelationModule {}
