import { IsString, IsUUID } from 'class-validator';
import { jobKind } from '../jobs/job-kind.js';

export class TellNotifications {
  /** Of up to 100 notifications, with commas between. */
  @IsString()
  ids: string;
}

/** Sends `notification.created` to whoever is concerned. */
export const tellNotifications = jobKind({
  name: 'notification.tell',
  data: TellNotifications,
  promisedBy: 'outbox',
  maxAttempts: 8,
});

export class DigestPage {
  /** The ISO week that it is about. */
  @IsString()
  week: string;

  /** Users up to this id have theirs. */
  @IsUUID()
  afterId: string;
}

/** Writes the digests of a page of users, and promises the next page. */
export const writeDigests = jobKind({
  name: 'digest.write',
  data: DigestPage,
  promisedBy: 'outbox',
  maxAttempts: 8,
});
