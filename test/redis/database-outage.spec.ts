import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { isOutage } from '../../src/common/problem.js';
import { Database } from '../../src/database/database.service.js';
import { DatabaseProxy, terminationNotice } from '../support/database-proxy.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { testConfig } from '../support/redis.js';

let store: TestDatabase;
let proxy: DatabaseProxy;
let database: Database;

beforeAll(async () => {
  Logger.overrideLogger(['fatal']);
  store = await startTestDatabase();
  proxy = await DatabaseProxy.start(store.url);
  database = new Database(testConfig({ DATABASE_URL: proxy.url }));
});
afterAll(async () => {
  await database.$disconnect();
  await proxy.stop();
  await store.stop();
});

const promise = async (queue: string, db: Pick<Database, '$executeRaw'> = database) =>
  await db.$executeRaw`
    INSERT INTO outbox (id, queue, payload) VALUES (gen_random_uuid(), ${queue}, '{}')`;
const stored = async (queue: string) => await store.database.outbox.count({ where: { queue } });
const errorOf = async (work: Promise<unknown>) => await work.then(() => undefined).catch((e: unknown) => e);

describe('a PostgreSQL that ends connections', () => {
  // The notice comes in one packet with a reply, when the connection has just gone from one owner to the next.
  it('fails what was under way as an outage, and neither ends the process nor disturbs what comes after', async () => {
    await promise('before');
    proxy.appended = terminationNotice();
    const work = Array.from({ length: 60 }, async () => {
      return await errorOf(database.$transaction(async (tx) => await promise('during', tx)));
    });
    const errors = (await Promise.all(work)).filter((error) => error !== undefined);
    proxy.appended = undefined;
    expect(errors.filter((error) => !isOutage(error))).toEqual([]);
    await promise('after');
    expect(await stored('after')).toBe(1);
  });

  it('tells an ended connection, a query that was ended with it and a read-only server as outages', async () => {
    const ended = errorOf(database.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`);
    const inTransaction = errorOf(
      database.$transaction(async (tx) => {
        await errorOf(tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`);
        await tx.user.count();
      }),
    );
    const readOnly = errorOf(
      database.$transaction(async (tx) => {
        await tx.$executeRaw`SET TRANSACTION READ ONLY`;
        await promise('never', tx);
      }),
    );
    for (const error of await Promise.all([ended, inTransaction, readOnly]))
      expect([error, isOutage(error)]).toEqual([expect.any(Error), true]);
  });
});

describe('a PostgreSQL that goes silent', () => {
  it('is noticed within a second by a lone statement, also on a connection that is open', async () => {
    await promise('warm');
    proxy.frozen = true;
    const startedAt = Date.now();
    const error = await errorOf(promise('silent'));
    expect(isOutage(error)).toBe(true);
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    proxy.thaw();
    await promise('later');
    expect(await stored('later')).toBe(1);
  });

  it('in the middle of a transaction leaves nothing open behind that later work would fall into', async () => {
    const error = await errorOf(
      database.$transaction(
        async (tx) => {
          await promise('undone', tx);
          proxy.frozen = true;
          await promise('undone', tx);
        },
        { timeout: 20_000 },
      ),
    );
    expect(isOutage(error)).toBe(true);
    proxy.thaw();
    for (let count = 0; count < 30; count += 1) await promise('kept');
    expect(await stored('undone')).toBe(0);
    expect(await stored('kept')).toBe(30);
  });
});
