import { IsString, Matches } from 'class-validator';
import { jobKind } from '../jobs/job-kind.js';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

export class FollowDormant {
  /** Some hundred ids with commas between. */
  @IsString()
  @Matches(new RegExp(`^${UUID}(,${UUID})*$`))
  userIds: string;
}

/** What follows in Redis when accounts have fallen dormant: one job for a batch. */
export const followDormant = jobKind({
  name: 'lifecycle.follow',
  data: FollowDormant,
  promisedBy: 'outbox',
  maxAttempts: 8,
  batchSize: 1,
  standing: true,
});
