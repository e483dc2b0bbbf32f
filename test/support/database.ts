import { Database, type DatabaseTimes } from '../../src/database/database.service.js';
import { createDatabase } from '../../tools/lib/test-database.mjs';
import { testConfig } from './redis.js';

export interface TestDatabase {
  url: string;
  database: Database;
  stop(): Promise<void>;
}

/** No busy machine takes so long. */
const PATIENT: DatabaseTimes = { answerMs: 30_000, statementMs: 30_000 };

/** A migrated, empty database of one's own for a spec file, on the server that `npm test` starts. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const adminUrl = process.env['TEST_DATABASE_URL'];
  if (!adminUrl) throw new Error('TEST_DATABASE_URL names no PostgreSQL whose role may create databases');
  const { url, ...created } = await createDatabase(adminUrl);
  const database = new Database(testConfig({ DATABASE_URL: url }), PATIENT);
  const stop = async () => {
    await database.$disconnect();
    await created.drop();
  };
  return { url, database, stop };
}
