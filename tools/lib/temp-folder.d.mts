/** A new temporary folder, which the user `postgres` may pass through but not list. */
export function temporaryFolder(prefix: string): Promise<string>;
