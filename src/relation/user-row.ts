import type { NamedUser } from './relation.dto.js';

/** A user at the other end of a relation. */
export interface UserRow {
  id: string;
  username: string;
  displayName: string;
}

export const namedUser = ({ id, username, displayName }: UserRow): NamedUser => ({
  ...{ userId: id, username, displayName },
});
