import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { ProfileController } from './profile.controller.js';
import { ProfileRepository } from './profile.repository.js';
import { ProfileService } from './profile.service.js';
import { ProfileTopic } from './profile.topic.js';

@Module({
  imports: [EventsModule],
  controllers: [ProfileController],
  providers: [ProfileService, ProfileRepository, ProfileTopic],
  exports: [ProfileService],
})
export class ProfileModule {}
