import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { conversation, nextClientMessageId, openDirect, openGroup, texts, write } from '../support/chats.js';
import { expectProblem } from '../support/problems.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

let stack: Stack;
let anna: ApiClient;
let bela: ApiClient;

// What one process takes in turn, two make wait for each other in PostgreSQL.
beforeAll(async () => void (stack = await Stack.start({ apis: 2 })));
afterAll(async () => await stack.stop());
beforeEach(async () => {
  [anna, bela] = [await stack.client().signUp(), await stack.client(1).signUp()];
});

const userId = ({ user }: ApiClient) => user.userId;
const send = async (client: ApiClient, id: string) =>
  await client.post(`/conversations/${id}/messages`, {
    text: 'too late',
    clientMessageId: nextClientMessageId(),
  });

/** Holds the conversation's row until the returned function is called. */
async function hold(id: string): Promise<() => Promise<void>> {
  const client = await stack.database.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [id]);
  return async () => {
    await client.query('COMMIT');
    client.release();
  };
}

/** Until so many wait for a row. PostgreSQL lets them have it in the order in which they came. */
const untilWaiting = async (count: number) =>
  await waitUntil(`${count} wait`, async () => {
    const [row] = await stack.sql<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.waiting === count;
  });

describe('what waits for its turn in a conversation', () => {
  it('is no message of who was taken out of the group meanwhile', async () => {
    const id = await openGroup(anna, [bela]);
    const release = await hold(id);
    const removal = anna.send('DELETE', `/conversations/${id}/members/${userId(bela)}`);
    await untilWaiting(1);
    const message = send(bela, id);
    await untilWaiting(2);
    await release();
    expect((await removal).status).toBe(204);
    expectProblem(await message, { status: 404, code: 'not_found' });
    expect(await texts(anna, id)).toEqual([]);
  });

  it('is neither a message nor a change of one where one has blocked the other meanwhile', async () => {
    const id = await openDirect(anna, bela);
    const { id: messageId } = await write(bela, id, 'before');
    for (const late of [
      async () => await send(bela, id),
      async () => await bela.send('PATCH', `/conversations/${id}/messages/${messageId}`, { text: 'changed' }),
    ]) {
      const release = await hold(id);
      const answer = late();
      await untilWaiting(1);
      expect((await anna.send('PUT', `/me/blocks/${userId(bela)}`)).status).toBe(204);
      await release();
      expectProblem(await answer, { status: 403, code: 'forbidden' });
      await anna.send('DELETE', `/me/blocks/${userId(bela)}`);
    }
    expect(await texts(anna, id)).toEqual(['before']);
  });

  it('brings nobody into a group who has blocked its owner meanwhile', async () => {
    const id = await openGroup(anna, []);
    const release = await hold(id);
    const added = anna.post(`/conversations/${id}/members`, { memberIds: [userId(bela)] });
    await untilWaiting(1);
    expect((await bela.send('PUT', `/me/blocks/${userId(anna)}`)).status).toBe(204);
    await release();
    expectProblem(await added, { status: 403, code: 'forbidden' });
    expect((await conversation(anna, id)).memberCount).toBe(1);
  });

  it('is no deletion by who was taken out of the group meanwhile', async () => {
    const id = await openGroup(anna, [bela]);
    const { id: messageId } = await write(bela, id, 'before');
    const release = await hold(id);
    const removal = anna.send('DELETE', `/conversations/${id}/members/${userId(bela)}`);
    await untilWaiting(1);
    const deletion = bela.send('DELETE', `/conversations/${id}/messages/${messageId}`);
    await untilWaiting(2);
    await release();
    expect((await removal).status).toBe(204);
    expectProblem(await deletion, { status: 404, code: 'not_found' });
    expect(await texts(anna, id)).toEqual(['before']);
  });
});
