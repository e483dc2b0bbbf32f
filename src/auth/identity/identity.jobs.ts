import { IsUUID } from 'class-validator';
import { jobKind } from '../../jobs/job-kind.js';

export class FollowIdentity {
  @IsUUID()
  userId: string;
}

/** What follows in Redis when who somebody is has changed; the job names the user and no more. */
export const followIdentity = jobKind({
  name: 'identity.follow',
  data: FollowIdentity,
  promisedBy: 'outbox',
  maxAttempts: 8,
  standing: true,
});
