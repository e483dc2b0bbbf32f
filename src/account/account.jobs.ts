import { IsUUID } from 'class-validator';
import { jobKind } from '../jobs/job-kind.js';

export class FollowAccount {
  @IsUUID()
  userId: string;
}

/** What follows in Redis from a change of an account; the job names the user and no more. */
export const followAccount = jobKind({
  name: 'account.follow',
  data: FollowAccount,
  promisedBy: 'outbox',
  maxAttempts: 8,
  standing: true,
});
