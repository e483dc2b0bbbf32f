/** A migrated database of one's own, copied from a template. */
export interface TestDatabase {
  url: string;
  name: string;
  /** Closes what is still connected, and deletes it. */
  drop(): Promise<void>;
}
export function createDatabase(adminUrl: string): Promise<TestDatabase>;
