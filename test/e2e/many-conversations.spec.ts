import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { LiveClient } from '../support/live-client.js';
import { Stack } from '../support/stack.js';

const GROUPS = 200;
const MEMBERS = 1_000;
const MIB = 1024 * 1024;
/** Four bytes each. */
const LONG = '👋'.repeat(4_000);

let stack: Stack;
let proxy: DatabaseProxy;
let anna: ApiClient;
let topics: { topic: string }[];

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0 });
  anna = await stack.client().signUp();
  await stack.sql(
    `WITH made AS (
       INSERT INTO conversations (id, type, name, owner_id, seq)
       SELECT gen_random_uuid(), 'group', 'Group ' || n, $1, 1 FROM generate_series(1, $2) n RETURNING id)
     INSERT INTO conversation_members (conversation_id, user_id) SELECT id, $1 FROM made`,
    [anna.user.userId, GROUPS],
  );
  const ids = await stack.sql<{ id: string }>('SELECT id FROM conversations');
  topics = ids.map(({ id }) => ({ topic: `conversation:${id}` }));
  proxy = await DatabaseProxy.start(String(stack.database.options.connectionString));
  await stack.apis[0]?.kill();
  stack.startApi(0, { DATABASE_URL: proxy.url });
  await stack.untilReady(0);
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
});

const subscribe = async (some: { topic: string; since?: number; epoch?: string }[]) => {
  const socket = await LiveClient.connect(stack.url(), anna);
  const before = proxy.statements;
  const answer = await socket.send('subscribe', { topics: some });
  const statements = proxy.statements - before;
  socket.close();
  const data = answer.data as unknown as Record<string, unknown>[];
  return { data, statements, bytes: JSON.stringify(data).length };
};

describe('who follows 200 conversations', () => {
  it('costs about as many statements as who follows ten', async () => {
    const [few, all] = [await subscribe(topics.slice(0, 10)), await subscribe(topics)];
    expect(all.data).toHaveLength(GROUPS);
    expect(all.data.filter(({ snapshot }) => snapshot === undefined)).toEqual([]);
    expect(few.statements).toBeLessThan(25);
    expect(all.statements).toBeLessThan(25);
    // So many requests to come back fit into one event of 16 KB.
    const back = await subscribe(
      topics.slice(0, 100).map(({ topic }) => ({ topic, since: 1, epoch: String(all.data[0]?.['epoch']) })),
    );
    expect(back.data).toHaveLength(100);
    expect(back.data.filter(({ recovered }) => !recovered)).toEqual([]);
    expect(back.statements).toBeLessThan(25);
  });

  it('is answered in one event, however many members and letters they have', async () => {
    await stack.sql(
      `WITH made AS (
         INSERT INTO users (id, email, username, username_key, display_name, password_hash)
         SELECT gen_random_uuid(), 'crowd' || n || '@example.org', 'crowd' || n, 'crowd' || n, 'One', ''
         FROM generate_series(2, $1) n RETURNING id)
       INSERT INTO conversation_members (conversation_id, user_id) SELECT c.id, made.id FROM conversations c, made`,
      [MEMBERS],
    );
    await stack.sql(
      `INSERT INTO messages (id, conversation_id, seq, sender_id, text, client_message_id)
       SELECT gen_random_uuid(), id, 1, $1, $2, 'long' FROM conversations`,
      [anna.user.userId, LONG],
    );
    const { data, bytes } = await subscribe(topics);
    for (const { snapshot } of data)
      expect(snapshot).toMatchObject({
        ...{ memberCount: MEMBERS, unread: 0, seq: 1 },
        lastMessage: { seq: 1, text: LONG.slice(0, 2 * 200) },
      });
    expect(bytes).toBeLessThan(MIB / 2);
  });
});
