import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { openGroup, write } from '../support/chats.js';
import { LiveClient } from '../support/live-client.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

/** More than are looked at in one page. */
const CROWD = 2_100;

let stack: Stack;
let anna: ApiClient;
let group: string;
let follower: LiveClient;

beforeAll(async () => void (stack = await Stack.start()));
afterAll(async () => await stack.stop());
beforeEach(async () => {
  anna = await stack.client().signUp();
  group = await openGroup(anna, []);
  follower = await LiveClient.connect(stack.url(), anna);
  await follower.subscribe({ topic: `conversation:${group}` });
  await write(anna, group, 'told');
  await follower.next('chat.message');
});

/** As by a process that did not live to tell of its commit. */
const commitUntold = async (agoSec: number) =>
  await stack.sql(
    `WITH numbered AS (
       UPDATE conversations SET seq = seq + 1, active_at = now() - make_interval(secs => $3) WHERE id = $1 RETURNING seq
     ), written AS (
       INSERT INTO messages (id, conversation_id, seq, sender_id, text, client_message_id)
       SELECT gen_random_uuid(), $1, seq, $2, 'untold', 'untold' FROM numbered RETURNING id, seq
     ) INSERT INTO conversation_events (conversation_id, seq, id, kind, message_id)
       SELECT $1, seq, gen_random_uuid(), 'message', id FROM written`,
    [group, anna.user.userId, agoSec],
  );
const untilHeard = async () =>
  expect((await follower.next('chat.message', ({ seq }) => seq === 2)).data['text']).toBe('untold');

describe('an event that was committed and not told', () => {
  it('is told to who follows, after an outage of an hour, too', async () => {
    await commitUntold(3_600);
    await untilHeard();
  });

  it('is told however many conversations had events before it, which are not looked at for ever', async () => {
    await stack.sql(
      `INSERT INTO conversations (id, type, name, seq, active_at)
       SELECT gen_random_uuid(), 'group', 'One of many', 1, now() - interval '100 seconds' FROM generate_series(1, $1)`,
      [CROWD],
    );
    await commitUntold(5);
    await untilHeard();
    await waitUntil('what was told is known', async () => {
      const [row] = await stack.sql<{ count: number }>(
        `SELECT count(*)::int FROM conversations WHERE seq > told_seq AND name = 'One of many'`,
      );
      return row?.count === 0;
    });
  });
});
