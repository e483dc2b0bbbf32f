import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import type { TopicKeys, TopicSource } from '../events/topic-source.js';
import { Topics } from '../events/topics.js';
import { userTopic } from '../events/user.topic.js';
import { keys } from '../redis/keys.js';
import { OwnProfile } from './profile.dto.js';
import { submissionScored } from './profile.events.js';
import { ProfileService } from './profile.service.js';

/** The topic `user`: what concerns the caller alone, beginning with the profile. */
@Injectable()
export class ProfileTopic implements TopicSource<OwnProfile>, OnModuleInit {
  readonly kind = userTopic;
  readonly events = [submissionScored];
  readonly snapshotType = OwnProfile;

  constructor(
    private readonly topics: Topics,
    private readonly profiles: ProfileService,
  ) {}

  onModuleInit(): void {
    this.topics.register(this);
  }

  keys(_name: string, { userId }: Caller): TopicKeys {
    return { topic: keys.events.userTopic(userId), stream: keys.events.userStream(userId) };
  }

  /** Everybody may hear what concerns them. */
  async authorize(): Promise<void> {
    await Promise.resolve();
  }

  async snapshot({ userId }: Caller): Promise<OwnProfile> {
    return await this.profiles.own(userId);
  }
}
