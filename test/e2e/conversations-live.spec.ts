import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import type { ApiClient } from '../support/api-client.js';
import { nextClientMessageId, openDirect, openGroup, texts, write } from '../support/chats.js';
import { LiveClient, type LiveEvent } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const SECOND = 1_000;
const MANY = 10_000;

let stack: Stack;
let quiz: QuizView;
let anna: ApiClient;
let bela: ApiClient;
let cleo: ApiClient;
let group: string;
let sockets: LiveClient[] = [];

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, env: { LIMIT_MESSAGE: '10000/60', LIMIT_SUBMISSION: '10000/60' } });
  quiz = await publishQuiz(await stack.admin(), trueFalse(20));
});
afterAll(async () => await stack.stop());
beforeEach(async () => {
  [anna, bela, cleo] = [
    await stack.client().signUp(),
    await stack.client(1).signUp(),
    await stack.client().signUp(),
  ];
  group = await openGroup(anna, [bela, cleo]);
});
afterEach(() => {
  for (const socket of sockets) socket.close();
  sockets = [];
});

const idOf = ({ user }: ApiClient) => user.userId;
const topicOf = (id: string) => `conversation:${id}`;
const live = async (client: ApiClient, node = 0) => {
  const socket = await LiveClient.connect(stack.url(node), client);
  sockets.push(socket);
  return socket;
};
/** A socket that hears the group. */
const listening = async (client: ApiClient, node = 0, id = group) => {
  const socket = await live(client, node);
  expect(await socket.subscribe({ topic: topicOf(id) })).toMatchObject({ ok: true });
  return socket;
};
const say = async (socket: LiveClient, text: string, conversationId = group) =>
  await socket.send('chat.send', { conversationId, text, clientMessageId: nextClientMessageId() });
const numbered = (socket: LiveClient, topic = topicOf(group)) =>
  socket.events.filter((event) => event.topic === topic && event.seq !== null);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_none, n) => n + first);
const typing = (socket: LiveClient) => socket.of('chat.typing').map(({ data }) => data['typing']);
const score = async (client: ApiClient, right: number) => {
  expect((await client.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right))).status).toBe(202);
  await untilScored(stack);
};

describe('a conversation, live', () => {
  it('tells every member on every node what happens, once and in order', async () => {
    const [here, there] = [await listening(bela), await listening(cleo, 1)];
    const first = await write(anna, group, 'one');
    await write(bela, group, 'two');
    const path = `/conversations/${group}/messages/${first.id}`;
    expect((await anna.send('PATCH', path, { text: 'One.' })).status).toBe(200);
    expect((await anna.send('DELETE', path)).status).toBe(204);
    for (const socket of [here, there]) {
      await socket.next('chat.deleted');
      expect(numbered(socket).map(({ type, seq, data }) => [type, seq, data['text']])).toEqual([
        ['chat.message', 1, 'one'],
        ['chat.message', 2, 'two'],
        ['chat.edited', 3, 'One.'],
        ['chat.deleted', 4, ''],
      ]);
    }
  });

  it('takes messages over the socket as over REST, and answers with them', async () => {
    const [one, other] = [await listening(anna), await listening(bela, 1)];
    const message = { conversationId: group, text: 'Zoë said: <b>hi</b> 👋', clientMessageId: 'once' };
    const answer = await one.send('chat.send', message);
    expect(answer).toMatchObject({ ok: true, data: { seq: 1, senderId: idOf(anna), ...message } });
    expect(await one.send('chat.send', { ...message, text: 'another' })).toEqual(answer);
    expect((await other.next('chat.message')).data).toEqual(answer.data);
    expect(await texts(bela, group)).toEqual([message.text]);
  });

  it.each([
    ['who is no member', () => ({ conversationId: newId() }), 'not_found'],
    ['a text that is empty', () => ({ text: '' }), 'validation_failed'],
    ['a text that is too long', () => ({ text: 'x'.repeat(4_001) }), 'validation_failed'],
    ['NUL', () => ({ text: 'a\u0000b' }), 'validation_failed'],
    ['half a surrogate pair', () => ({ text: 'a\ud800b' }), 'validation_failed'],
    ['no clientMessageId', () => ({ clientMessageId: undefined }), 'validation_failed'],
    ['what it does not know', () => ({ html: true }), 'validation_failed'],
  ])('takes no message of %s', async (_case, change, code) => {
    const socket = await live(anna);
    const message = { conversationId: group, text: 'hello', clientMessageId: nextClientMessageId() };
    expect(await socket.send('chat.send', { ...message, ...change() })).toMatchObject({
      ok: false,
      error: { code },
    });
    expect(await texts(anna, group)).toEqual([]);
  });

  it('is the same however its id is written in a client event, and a topic only as ids are answered', async () => {
    const upper = group.toUpperCase();
    const [one, other] = [await listening(anna), await listening(bela, 1)];
    await one.send('chat.typing', { conversationId: upper, typing: true });
    expect((await other.next('chat.typing')).data).toEqual({ userId: idOf(anna), typing: true });
    await one.send('chat.send', { conversationId: upper, text: 'there', clientMessageId: 'once' });
    await other.next('chat.message');
    await other.send('chat.read', { conversationId: upper, seq: 1 });
    expect((await one.next('chat.read')).data).toEqual({ userId: idOf(bela), seq: 1 });
    expect(await one.subscribe({ topic: `conversation:${upper}` })).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  it('shows who has read how far, in groups of up to fifty', async () => {
    const socket = await listening(anna);
    await write(anna, group, 'one');
    await write(anna, group, 'two');
    const reader = await live(bela, 1);
    expect(await reader.send('chat.read', { conversationId: group, seq: 1 })).toMatchObject({
      data: { readSeq: 1, unread: 1 },
    });
    expect((await socket.next('chat.read')).data).toEqual({ userId: idOf(bela), seq: 1 });
    await stack.sql(
      `INSERT INTO users (id, email, username, username_key, display_name, password_hash)
       SELECT gen_random_uuid(), $1 || n || '@example.org', $1 || n, $1 || n, 'One', '' FROM generate_series(1, 48) n`,
      [`crowd_${Date.now()}_`],
    );
    await stack.sql(
      `INSERT INTO conversation_members (conversation_id, user_id)
       SELECT $1::uuid, id FROM users WHERE display_name = 'One'`,
      [group],
    );
    await reader.send('chat.read', { conversationId: group, seq: 2 });
    await write(anna, group, 'three');
    await socket.next('chat.message', ({ seq }) => seq === 3);
    expect(socket.of('chat.read')).toHaveLength(1);
  });
});

describe('a client that comes back', () => {
  const heard = (socket: LiveClient) => numbered(socket).map(({ seq, data }) => [seq, data['text']]);

  it('gets what it missed on any node, also when Redis has lost it, before what is new', async () => {
    const socket = await listening(bela);
    await write(anna, group, 'message 1');
    await socket.next('chat.message');
    const { epoch } = numbered(socket)[0] as LiveEvent;
    socket.close();
    for (const n of upTo(30, 2)) await write(anna.at(stack.url(n % 2)), group, `message ${n}`);
    await stack.redis.flushall();
    for (const client of [anna, bela]) await client.logIn(client.user.username);
    const [again, elsewhere] = [await live(bela), await live(anna, 1)];
    await write(anna, group, 'message 31');
    const answer = await again.subscribe({ topic: topicOf(group), since: 1, epoch });
    expect(answer).toMatchObject({ ok: true, data: { recovered: true, seq: 31, epoch } });
    await say(elsewhere, 'message 32');
    await again.next('chat.message', ({ seq }) => seq === 32);
    expect(heard(again)).toEqual(upTo(32, 2).map((n) => [n, `message ${n}`]));
  });

  it('gets ten thousand messages as well, while more come in', async () => {
    await stack.sql(
      `WITH written AS (
         INSERT INTO messages (id, conversation_id, seq, sender_id, text, client_message_id)
         SELECT gen_random_uuid(), $1, n, $2, 'message ' || n, n::text FROM generate_series(1, 10000) n RETURNING id, seq
       ), told AS (
         INSERT INTO conversation_events (conversation_id, seq, id, kind, message_id)
         SELECT $1, seq, gen_random_uuid(), 'message', id FROM written
       ) UPDATE conversations SET seq = 10000 WHERE id = $1`,
      [group, idOf(anna)],
    );
    const socket = await live(bela);
    const topic = topicOf(group);
    const { data: fresh } = await socket.subscribe({ topic });
    expect(fresh).toMatchObject({ recovered: false, snapshot: { seq: MANY, unread: MANY } });
    const answer = await socket.subscribe({ topic, since: 0, epoch: String(fresh?.['epoch']) });
    expect(answer).toMatchObject({ data: { recovered: true, seq: MANY } });
    for (const n of upTo(MANY + 20, MANY + 1)) await write(anna.at(stack.url(n % 2)), group, `message ${n}`);
    await waitUntil('all have come', () => numbered(socket).length === MANY + 20);
    expect(heard(socket)).toEqual(upTo(MANY + 20).map((n) => [n, `message ${n}`]));
  });
});

describe('typing', () => {
  const type = async (socket: LiveClient, is = true) =>
    expect(await socket.send('chat.typing', { conversationId: group, typing: is })).toMatchObject({
      ok: true,
      data: { userId: idOf(anna), typing: is },
    });
  let reader: LiveClient;

  beforeEach(async () => {
    reader = await listening(bela, 1);
  });
  const begins = async (socket: LiveClient) => {
    await type(socket);
    await waitUntil('it shows', () => typing(reader).at(-1) === true);
  };

  it('shows until it is taken back', async () => {
    const socket = await live(anna);
    await begins(socket);
    await type(socket, false);
    await waitUntil('it ends', () => typing(reader).length === 2);
    expect(typing(reader)).toEqual([true, false]);
    expect(reader.of('chat.typing')[0]).toMatchObject({ seq: null, data: { userId: idOf(anna) } });
  });

  it('ends with a message, wherever it is written', async () => {
    await begins(await live(anna));
    await write(anna.at(stack.url(1)), group, 'there');
    await waitUntil('it ends', () => typing(reader).length === 2, SECOND);
    expect(typing(reader)).toEqual([true, false]);
  });

  it('ends with the connection', async () => {
    const socket = await live(anna);
    await begins(socket);
    socket.close();
    await waitUntil('it ends', () => typing(reader).at(-1) === false, SECOND);
  });

  it('ends five seconds after the last sign', async () => {
    await begins(await live(anna));
    const began = Date.now();
    await waitUntil('it ends', () => typing(reader).at(-1) === false, 7 * SECOND);
    expect(Date.now() - began).toBeGreaterThan(4 * SECOND);
  });

  it('is for members', async () => {
    const stranger = await live(await stack.client().signUp());
    expect(await stranger.send('chat.typing', { conversationId: group, typing: true })).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});

describe('who may no longer hear', () => {
  /** Nothing comes to the first any more, a second after; the second hears on. */
  const expectSilent = async (gone: LiveClient, hears: LiveClient) => {
    await new Promise((resolve) => setTimeout(resolve, SECOND));
    const before = gone.events.length;
    const { seq } = await write(anna, group, 'without you');
    await hears.next('chat.message', (event) => event.seq === seq);
    expect(gone.events).toHaveLength(before);
  };

  it('a group that took them out hears nothing more of it, and reads nothing', async () => {
    const [out, stays] = [await listening(cleo, 1), await listening(bela, 1)];
    expect(await out.subscribe({ topic: `leaderboard:group:${group}` })).toMatchObject({ ok: true });
    expect((await anna.send('DELETE', `/conversations/${group}/members/${idOf(cleo)}`)).status).toBe(204);
    await expectSilent(out, stays);
    const changes = out.of('leaderboard.changed').length;
    await score(anna, 3);
    await new Promise((resolve) => setTimeout(resolve, SECOND));
    expect(out.of('leaderboard.changed')).toHaveLength(changes);
    expect(await out.subscribe({ topic: topicOf(group), since: 0 })).toMatchObject({ ok: false });
    expect(await say(out, 'hello?')).toMatchObject({ error: { code: 'not_found' } });
    for (const path of ['', '/messages'])
      expect((await cleo.get(`/conversations/${group}${path}`)).status).toBe(404);
  });

  it('who left hears nothing more', async () => {
    const [out, stays] = [await listening(cleo, 1), await listening(bela)];
    expect((await cleo.send('DELETE', `/conversations/${group}`)).status).toBe(204);
    await expectSilent(out, stays);
  });

  it('who was banned, or whose session ended, is cut off', async () => {
    const [banned, ended, stays] = [
      await listening(cleo, 1),
      await listening(bela, 1),
      await listening(anna),
    ];
    expect(
      (await (await stack.admin()).send('PATCH', `/admin/users/${idOf(cleo)}`, { status: 'banned' })).status,
    ).toBe(200);
    expect((await bela.post('/auth/logout')).status).toBe(204);
    await expectSilent(banned, stays);
    await ended.closed(SECOND);
    expect(banned.socket.connected).toBe(false);
    for (const client of [cleo, bela])
      expect((await client.get(`/conversations/${group}/messages`)).status).toBe(401);
  });

  it('whom one has blocked writes no more, and is written to no more', async () => {
    const direct = await openDirect(anna, bela);
    expect((await bela.send('PUT', `/me/blocks/${idOf(anna)}`)).status).toBe(204);
    for (const client of [anna, bela]) {
      expect(await say(await live(client), 'hello', direct)).toMatchObject({ error: { code: 'forbidden' } });
      expectProblem(
        await client.post(`/conversations/${direct}/messages`, { text: 'x', clientMessageId: 'x' }),
        {
          ...{ status: 403, code: 'forbidden' },
        },
      );
    }
  });
});

describe('two of whom one has blocked the other', () => {
  it('show each other neither that they type nor what they have read', async () => {
    const direct = await openDirect(anna, bela);
    await write(anna, direct, 'one');
    await write(anna, direct, 'two');
    const [one, other] = [await listening(anna, 0, direct), await listening(bela, 1, direct)];
    const sign = { conversationId: direct, typing: true };
    expect(await other.send('chat.read', { conversationId: direct, seq: 1 })).toMatchObject({ ok: true });
    await one.next('chat.read');
    expect((await anna.send('PUT', `/me/blocks/${idOf(bela)}`)).status).toBe(204);
    for (const socket of [one, other])
      expect(await socket.send('chat.typing', sign)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await other.send('chat.read', { conversationId: direct, seq: 2 })).toMatchObject({
      data: { readSeq: 2, unread: 0 },
    });
    expect((await anna.send('DELETE', `/me/blocks/${idOf(bela)}`)).status).toBe(204);
    await say(other, 'three', direct);
    await one.next('chat.message', ({ seq }) => seq === 3);
    expect(one.of('chat.read').map(({ data }) => data['seq'])).toEqual([1]);
    expect([...one.of('chat.typing'), ...other.of('chat.typing')]).toEqual([]);
  });
});

describe('the leaderboard of a group', () => {
  const board = () => `/leaderboards/group:${group}`;
  const shown = async (client: ApiClient, query = '') => {
    const { body } = await client.get<{ data: { username: string; score: number }[] }>(`${board()}?${query}`);
    return body.data.map(({ username, score: points }) => [username, points]);
  };
  const nameOf = ({ user }: ApiClient) => user.username;

  it('is of its members, over every period, through joins and leaves', async () => {
    const dora = await stack.client(1).signUp();
    await score(bela, 5);
    await score(dora, 9);
    await score(cleo, 3);
    const members = [
      [nameOf(bela), 5],
      [nameOf(cleo), 3],
    ];
    for (const period of ['all', 'daily', 'weekly', 'monthly'])
      expect(await shown(anna, `period=${period}`)).toEqual(members);
    await anna.post(`/conversations/${group}/members`, { memberIds: [idOf(dora)] });
    for (const period of ['all', 'weekly'])
      await waitUntil(
        'dora leads',
        async () => (await shown(dora, `period=${period}`))[0]?.[0] === nameOf(dora),
      );
    expect((await cleo.get<{ rank: number }>(`${board()}/me`)).body).toMatchObject({
      rank: 3,
      score: 3,
      size: 3,
    });
    await bela.send('DELETE', `/conversations/${group}`);
    await waitUntil('bela is gone', async () => (await shown(dora)).length === 2);
    expect(await shown(anna, 'period=daily')).toEqual([
      [nameOf(dora), 9],
      [nameOf(cleo), 3],
    ]);
    const verified = await (await stack.admin()).post('/admin/leaderboards/verify');
    expect(verified.body).toMatchObject({ differences: [] });
  });

  it('tells its members live who leads', async () => {
    const socket = await live(bela, 1);
    const topic = `leaderboard:group:${group}`;
    expect(await socket.subscribe({ topic })).toMatchObject({ data: { snapshot: { top: [] } } });
    await anna.get(board());
    const { ready } = keysOf(boardOf(`group:${group}`));
    await waitUntil('it is built', async () => (await stack.redis.exists(ready)) === 1);
    await score(cleo, 4);
    const entered = await socket.next('leaderboard.top10.entered');
    expect(entered).toMatchObject({
      topic,
      data: { board: `group:${group}`, userId: idOf(cleo), rank: 1, score: 4 },
    });
    await socket.next('leaderboard.changed', ({ data }) => (data['top'] as unknown[]).length === 1);
  });

  it('is for members only', async () => {
    const stranger = await stack.client(1).signUp();
    for (const path of ['', '/me', `/users/${idOf(bela)}`])
      expectProblem(await stranger.get(`${board()}${path}`), { status: 404, code: 'not_found' });
    for (const path of ['', `/users/${idOf(bela)}`])
      expectProblem(await stack.client().get(`${board()}${path}`), { status: 401, code: 'unauthenticated' });
    const socket = await live(stranger);
    expect(await socket.subscribe({ topic: `leaderboard:group:${group}` })).toMatchObject({
      error: { code: 'not_found' },
    });
    const direct = await openDirect(anna, bela);
    expectProblem(await anna.get(`/leaderboards/group:${direct}`), { status: 404, code: 'not_found' });
  });
});
