/** A user's standing as PostgreSQL committed it. */
export interface Standing {
  userId: string;
  points: number;
  /** Drawn when these points were reached. */
  ordinal: bigint;
  /** The number of the user's change that led to it. */
  seq: bigint;
  /** Does not want to be seen on boards: keeps the place, without a name for others. */
  hidden: boolean;
}

/** A standing to record, with the name that events show. */
export interface StandingToRecord extends Standing {
  username: string;
}
