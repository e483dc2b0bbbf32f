import { Module } from '@nestjs/common';
import { FollowRepository } from './follow.repository.js';
import { FollowService } from './follow.service.js';
import { RelationController } from './relation.controller.js';

/** What users are to each other. */
@Module({
  controllers: [RelationController],
  providers: [FollowRepository, FollowService],
  exports: [FollowService],
})
export class RelationModule {}
