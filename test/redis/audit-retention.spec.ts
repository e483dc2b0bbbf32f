import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuditRetentionModule } from '../../src/audit/audit.retention.js';
import { AuditLog } from '../../src/audit/audit.service.js';
import { newId } from '../../src/common/id.js';
import { Retention } from '../../src/common/retention/retention.service.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

let store: TestDatabase;
beforeAll(async () => (store = await startTestDatabase()));
afterAll(async () => await store.stop());

it('keeps what happened to an account for 400 days, and lets go of older entries in batches', async () => {
  const { database } = store;
  const retention = new Retention();
  new AuditRetentionModule(database, retention);
  const audit = new AuditLog(database);
  const userId = newId();
  const event = { userId, actorId: userId, action: 'session.opened' as const };
  await audit.recordAll(Array.from({ length: 2_500 }, () => event));
  await database.$executeRaw`UPDATE audit_log SET created_at = now() - interval '400 days 1 second'`;
  await audit.record({ ...event, action: 'session.ended' });
  await database.$executeRaw`
    UPDATE audit_log SET created_at = now() - interval '399 days 23 hours' WHERE action = 'session.ended'`;

  await retention.sweep();
  expect((await audit.of(userId, 10)).map(({ action }) => action)).toEqual(['session.ended']);
});
