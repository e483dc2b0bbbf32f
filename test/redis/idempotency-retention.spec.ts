import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { Retention } from '../../src/common/retention/retention.service.js';
import { Idempotency } from '../../src/common/idempotency/idempotency.service.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

let store: TestDatabase;
beforeAll(async () => (store = await startTestDatabase()));
afterAll(async () => await store.stop());

const userId = newId();
const answer = (key: string) => ({ userId, key, requestHash: 'hash', status: 202, headers: {}, body: {} });

it('keeps a key for 24 hours, lets it be used anew after that, and sweeps what is older, in batches', async () => {
  const { database } = store;
  const retention = new Retention();
  const idempotency = new Idempotency(database, retention);
  await idempotency.store(
    database,
    Array.from({ length: 2_500 }, (_, index) => answer(`old-${index}`)),
  );
  await database.$executeRaw`UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second'`;
  await idempotency.store(database, [answer('young')]);
  await database.$executeRaw`
    UPDATE idempotency_keys SET created_at = now() - interval '23 hours 59 minutes' WHERE key = 'young'`;
  expect(await idempotency.store(database, [answer('old-7')])).toBe(1);
  expect(await idempotency.store(database, [answer('young')])).toBe(0);

  await retention.sweep();
  const kept = await database.idempotencyKey.findMany({ orderBy: { key: 'asc' } });
  expect(kept.map(({ key }) => key)).toEqual(['old-7', 'young']);
  expect(await idempotency.find(userId, 'old-7')).toBe(true);
});
