import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
let anna: ApiClient;
let ben: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0 });
  anna = await stack.client().signUp();
  ben = await stack.client().signUp();
});
afterAll(async () => await stack.stop());

const block = async (by: ApiClient, whom: string) => await by.send('PUT', `/me/blocks/${whom}`);
const unblock = async (by: ApiClient, whom: string) => await by.send('DELETE', `/me/blocks/${whom}`);
const follow = async (by: ApiClient, whom: ApiClient) =>
  await by.send('PUT', `/users/${whom.user.userId}/follow`);

describe('blocks', () => {
  it('are set, listed and lifted, and may be repeated', async () => {
    for (const again of [1, 2])
      expect([again, (await block(anna, ben.user.userId)).status]).toEqual([again, 204]);
    const { userId, username } = ben.user;
    expect((await anna.get('/me/blocks')).body).toEqual({
      data: [{ userId, username, displayName: username }],
      page: { nextCursor: null, hasMore: false },
    });
    expect((await ben.get('/me/blocks')).body).toMatchObject({ data: [] });
    for (const again of [1, 2]) expect([again, (await unblock(anna, userId)).status]).toEqual([again, 204]);
    expect((await anna.get('/me/blocks')).body).toMatchObject({ data: [] });
  });

  it('are of others who are there', async () => {
    expectProblem(await block(anna, anna.user.userId), { status: 403, code: 'forbidden' });
    expectProblem(await block(anna, newId()), { status: 404, code: 'not_found' });
    expectProblem(await block(anna, 'ben'), { status: 400, code: 'validation_failed', paths: ['userId'] });
    expect((await unblock(anna, newId())).status).toBe(204);
  });

  it('end following, and keep it ended both ways until they are lifted', async () => {
    await follow(anna, ben);
    await follow(ben, anna);
    await block(anna, ben.user.userId);
    for (const [one, other] of [
      [anna, ben],
      [ben, anna],
    ] as const) {
      expect((await one.get('/me/following')).body).toMatchObject({ data: [] });
      expectProblem(await follow(one, other), { status: 403, code: 'forbidden' });
    }
    await unblock(anna, ben.user.userId);
    expect((await follow(ben, anna)).status).toBe(204);
  });

  it('are paged, and no more than 1,000', async () => {
    const many = await stack.client().signUp();
    await stack.sql(
      `WITH made AS (
         INSERT INTO users (id, email, username, username_key, display_name, password_hash)
         SELECT gen_random_uuid(), n || '@example.net', 'm' || n, 'm' || n, 'm' || n, 'none' FROM generate_series(1, 1000) n
         RETURNING id)
       INSERT INTO blocks SELECT $1, id FROM made`,
      [many.user.userId],
    );
    expectProblem(await block(many, ben.user.userId), { status: 403, code: 'forbidden' });
    const seen = new Set<string>();
    let path = '/me/blocks?limit=100';
    for (let cursor: string | null = ''; cursor !== null; path = `/me/blocks?limit=100&cursor=${cursor}`) {
      const page = (await many.get<{ data: { userId: string }[]; page: { nextCursor: string | null } }>(path))
        .body;
      for (const { userId } of page.data) seen.add(userId);
      cursor = page.page.nextCursor;
    }
    expect(seen.size).toBe(1_000);
    expect((await block(many, [...seen][0] as string)).status).toBe(204);
  });

  it('are in the export of who made them, and go with either account', async () => {
    const [gone, kept] = [await stack.client().signUp(), await stack.client().signUp()];
    await block(gone, kept.user.userId);
    await block(kept, gone.user.userId);
    expect((await gone.get('/me/export')).body).toMatchObject({
      blocking: [{ blockedId: kept.user.userId }],
    });
    await gone.send('DELETE', '/me', { password: PASSWORD });
    expect((await kept.get('/me/blocks')).body).toMatchObject({ data: [] });
    expect(
      await stack.sql('SELECT 1 FROM blocks WHERE $1 IN (blocker_id, blocked_id)', [gone.user.userId]),
    ).toEqual([]);
  });
});
