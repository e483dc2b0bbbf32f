import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { Database } from '../database/database.service.js';
import type { ChangeProfile, OwnProfile } from '../profile/profile.dto.js';
import { ProfileService } from '../profile/profile.service.js';
import { IdentityFollower } from '../auth/identity/identity-follower.service.js';
import { AccountFollower } from './account-follower.service.js';

/** What owners change of their profiles, and what that changes on the boards. */
@Injectable()
export class ProfileChangeService {
  constructor(
    private readonly database: Database,
    private readonly profiles: ProfileService,
    private readonly identities: IdentityFollower,
    private readonly accounts: AccountFollower,
  ) {}

  async change({ userId }: Caller, changes: ChangeProfile): Promise<OwnProfile> {
    // Only who is seen or not is another on the boards.
    const follower = changes.leaderboardVisible === undefined ? this.identities : this.accounts;
    const { record, job } = await this.database.$transaction(async (tx) => ({
      record: await this.profiles.change(tx, userId, changes),
      job: await follower.promise(tx, userId),
    }));
    await follower.followSoon(userId, job);
    return await this.profiles.show(record);
  }
}
