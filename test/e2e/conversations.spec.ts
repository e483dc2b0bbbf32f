import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import type { ApiClient } from '../support/api-client.js';
import {
  conversation,
  nextClientMessageId,
  openDirect,
  openGroup,
  texts,
  write,
  type ConversationView,
  type MessageView,
} from '../support/chats.js';
import { expectProblem } from '../support/problems.js';
import { Stack } from '../support/stack.js';

const NOWHERE = { status: 404, code: 'not_found' };

let stack: Stack;
let anna: ApiClient;
let bela: ApiClient;
let cleo: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, env: { LIMIT_MESSAGE: '10000/60' } });
  [anna, bela, cleo] = [
    await stack.client().signUp(),
    await stack.client(1).signUp(),
    await stack.client().signUp(),
  ];
});
afterAll(async () => await stack.stop());

const list = async (client: ApiClient, query = '') =>
  (
    await client.get<{ data: ConversationView[]; page: { nextCursor: string; hasMore: boolean } }>(
      `/conversations?${query}`,
    )
  ).body;
const create = async (client: ApiClient, body: object) => await client.post('/conversations', body);
const userId = ({ user }: ApiClient) => user.userId;

describe('a direct conversation', () => {
  it('is one for a pair, whoever begins it and however many do at once', async () => {
    const [one, other] = [await stack.client().signUp(), await stack.client(1).signUp()];
    const begun = await Promise.all(
      Array.from({ length: 20 }, async (_none, n) =>
        n % 2 === 0 ? await openDirect(one, other) : await openDirect(other, one),
      ),
    );
    expect(new Set(begun).size).toBe(1);
    for (const id of [userId(other), userId(other).toUpperCase()]) {
      const again = await create(one, { type: 'direct', memberIds: [id] });
      expect([again.status, again.body['id']]).toEqual([200, begun[0]]);
    }
    expect(await conversation(one, begun[0] ?? '')).toMatchObject({
      ...{ type: 'direct', name: null, ownerId: null, memberCount: 2, seq: 0, unread: 0, lastMessage: null },
      peer: { userId: userId(other), username: other.user.username },
    });
  });

  it('numbers a hundred first messages that come at once from 1 to 100, in one conversation', async () => {
    const [one, other] = [await stack.client().signUp(), await stack.client(1).signUp()];
    const sent = await Promise.all(
      Array.from({ length: 100 }, async (_none, n) => {
        const [by, to] = n % 2 === 0 ? [one, other] : [other, one];
        return await write(by, await openDirect(by, to), `message ${n}`);
      }),
    );
    expect(new Set(sent.map(({ conversationId }) => conversationId)).size).toBe(1);
    expect(sent.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_none, n) => n + 1),
    );
  });

  it('is put away by who leaves it, until somebody writes', async () => {
    const id = await openDirect(anna, bela);
    await write(anna, id, 'hello');
    expect((await bela.send('DELETE', `/conversations/${id}`)).status).toBe(204);
    expect((await list(bela)).data.map((one) => one.id)).not.toContain(id);
    expect((await list(anna)).data.map((one) => one.id)).toContain(id);
    await write(anna, id, 'are you there?');
    expect((await list(bela)).data[0]).toMatchObject({
      id,
      unread: 2,
      lastMessage: { text: 'are you there?' },
    });
  });

  it.each([
    ['with oneself', () => ({ type: 'direct', memberIds: [userId(anna)] }), ['memberIds']],
    [
      'with oneself, in upper case',
      () => ({ type: 'direct', memberIds: [userId(anna).toUpperCase()] }),
      ['memberIds'],
    ],
    ['with nobody', () => ({ type: 'direct', memberIds: [] }), ['memberIds']],
    ['with two', () => ({ type: 'direct', memberIds: [userId(bela), userId(cleo)] }), ['memberIds']],
    ['with a name', () => ({ type: 'direct', name: 'We', memberIds: [userId(bela)] }), ['name']],
    ['of another type', () => ({ type: 'channel', memberIds: [userId(bela)] }), ['type']],
    ['with no id', () => ({ type: 'direct', memberIds: ['bela'] }), ['memberIds']],
  ])('%s is refused by name', async (_case, body, paths) => {
    expectProblem(await create(anna, body()), { status: 400, code: 'validation_failed', paths });
  });

  it('with whom there is not is refused', async () => {
    expectProblem(await create(anna, { type: 'direct', memberIds: [newId()] }), {
      status: 403,
      code: 'forbidden',
    });
  });
});

describe('a group', () => {
  it('has an owner, who renames it, brings in and takes out; nobody else does', async () => {
    const id = await openGroup(anna, [bela], ' Study group ');
    expect(await conversation(bela, id)).toMatchObject({
      name: 'Study group',
      ownerId: userId(anna),
      memberCount: 2,
    });
    expect((await anna.send('PATCH', `/conversations/${id}`, { name: 'Redis group' })).body).toMatchObject({
      name: 'Redis group',
    });
    const added = await anna.post<ConversationView>(`/conversations/${id}/members`, {
      memberIds: [userId(cleo).toUpperCase(), userId(bela)],
    });
    expect(added.status).toBe(200);
    expect(added.body.members.map((one) => one.userId)).toEqual([anna, bela, cleo].map(userId));

    const forbidden = { status: 403, code: 'forbidden' };
    expectProblem(await bela.send('PATCH', `/conversations/${id}`, { name: 'Mine' }), forbidden);
    expectProblem(await bela.post(`/conversations/${id}/members`, { memberIds: [userId(cleo)] }), forbidden);
    expectProblem(await bela.send('DELETE', `/conversations/${id}/members/${userId(cleo)}`), forbidden);

    expect((await anna.send('DELETE', `/conversations/${id}/members/${userId(cleo)}`)).status).toBe(204);
    expectProblem(await anna.send('DELETE', `/conversations/${id}/members/${userId(cleo)}`), NOWHERE);
    expectProblem(await cleo.get(`/conversations/${id}`), NOWHERE);
  });

  it('is handed over when its owner leaves, to who has been there longest, and goes with the last', async () => {
    const id = await openGroup(anna, [bela]);
    await anna.post(`/conversations/${id}/members`, { memberIds: [userId(cleo)] });
    await write(bela, id, 'hello');
    expect((await anna.send('DELETE', `/conversations/${id}`)).status).toBe(204);
    expect(await conversation(cleo, id)).toMatchObject({ ownerId: userId(bela), memberCount: 2 });
    expect((await bela.send('DELETE', `/conversations/${id}/members/${userId(bela)}`)).status).toBe(204);
    expect(await conversation(cleo, id)).toMatchObject({ ownerId: userId(cleo), memberCount: 1 });
    expect((await cleo.send('DELETE', `/conversations/${id}`)).status).toBe(204);
    expect(await stack.sql('SELECT 1 FROM conversations WHERE id = $1', [id])).toEqual([]);
  });

  it('takes a thousand members, and no more', async () => {
    const ids = Array.from({ length: 1_000 }, newId);
    await stack.sql(
      `INSERT INTO users (id, email, username, username_key, display_name, password_hash)
       SELECT id, id || '@example.org', 'm' || n, 'm' || n, 'm' || n, 'none' FROM unnest($1::uuid[]) WITH ORDINALITY AS one (id, n)`,
      [ids],
    );
    const body = { type: 'group', name: 'All', memberIds: ids.slice(0, 999) };
    const made = await anna.post<ConversationView>('/conversations', body);
    expect([made.status, made.body.memberCount]).toEqual([201, 1_000]);
    const refusal = { status: 400, code: 'validation_failed', paths: ['memberIds'] };
    expectProblem(
      await anna.post(`/conversations/${made.body.id}/members`, { memberIds: ids.slice(999) }),
      refusal,
    );
    expectProblem(await create(anna, { ...body, memberIds: ids }), refusal);
    expect((await conversation(anna, made.body.id)).memberCount).toBe(1_000);

    const other = await openGroup(anna, [bela]);
    const halves = [ids.slice(0, 600), ids.slice(400)];
    const answers = await Promise.all(
      halves.map(async (memberIds) => await anna.post(`/conversations/${other}/members`, { memberIds })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await conversation(anna, other)).memberCount).toBe(602);
  });

  it('stays whole however many change it at once', async () => {
    const id = await openGroup(anna, [bela]);
    const others = await Promise.all(Array.from({ length: 6 }, async () => await stack.client().signUp()));
    await Promise.all(
      others.map(
        async (one) => await anna.post(`/conversations/${id}/members`, { memberIds: [userId(one)] }),
      ),
    );
    await Promise.all([
      ...others.map(async (one) => await one.send('DELETE', `/conversations/${id}`)),
      anna.send('DELETE', `/conversations/${id}`),
      ...Array.from({ length: 5 }, async () => await write(bela, id, 'still here')),
    ]);
    expect(await conversation(bela, id)).toMatchObject({ ownerId: userId(bela), memberCount: 1, seq: 5 });
  });

  it.each([
    ['without a name', { memberIds: [], name: undefined }, ['name']],
    ['with an empty name', { name: '', memberIds: [] }, ['name']],
    ['with a name of spaces', { name: ' \t', memberIds: [] }, ['name']],
    ['with a name of 101', { name: 'x'.repeat(101), memberIds: [] }, ['name']],
    ['with what is no id', { memberIds: ['no id'] }, ['memberIds']],
    ['of nobody said', {}, ['memberIds']],
    ['with another field', { memberIds: [], color: 'red' }, ['color']],
  ])('%s is refused by name', async (_what, more, paths) => {
    const body = { type: 'group', name: 'A', ...more };
    expectProblem(await create(anna, body), { status: 400, code: 'validation_failed', paths });
  });
});

describe('a message', () => {
  it('is stored as it was sent, and answered again when it is sent again', async () => {
    const id = await openDirect(anna, bela);
    const before = (await conversation(anna, id)).seq;
    const body = {
      text: '  <b>“héllo”</b>\n👩‍🚀 \u0000'.replace('\u0000', ''),
      clientMessageId: nextClientMessageId(),
    };
    const first = await anna.post<MessageView>(`/conversations/${id}/messages`, body);
    expect(first.body).toMatchObject({
      ...body,
      seq: before + 1,
      senderId: userId(anna),
      editedAt: null,
      deletedAt: null,
    });
    const again = await Promise.all(
      Array.from(
        { length: 5 },
        async (_none, n) =>
          await anna
            .at(stack.url(n % 2))
            .post<MessageView>(`/conversations/${id}/messages`, { ...body, text: 'another' }),
      ),
    );
    for (const one of again) expect([one.status, one.body]).toEqual([201, first.body]);
    const parallel = { text: 'once', clientMessageId: nextClientMessageId() };
    const ids = await Promise.all(
      Array.from(
        { length: 10 },
        async () => (await anna.post(`/conversations/${id}/messages`, parallel)).body['id'],
      ),
    );
    expect(new Set(ids).size).toBe(1);
    // The other's ids are the other's own.
    expect((await bela.post(`/conversations/${id}/messages`, parallel)).body['id']).not.toBe(ids[0]);
    expect((await conversation(anna, id)).seq).toBe(before + 3);
  });

  it('is one under an Idempotency-Key, whatever its own id', async () => {
    const id = await openDirect(anna, bela);
    const key = { 'idempotency-key': `chat-${id}` };
    const body = { text: 'hello', clientMessageId: nextClientMessageId() };
    const [one, two] = await Promise.all([
      anna.post(`/conversations/${id}/messages`, body, key),
      anna.post(`/conversations/${id}/messages`, body, key),
    ]);
    expect([one.status, two.status, one.body]).toEqual([201, 201, two.body]);
    const again = await anna.post(`/conversations/${id}/messages`, body, key);
    expect([again.headers.get('idempotent-replay'), again.body]).toEqual(['true', one.body]);
    expectProblem(await anna.post(`/conversations/${id}/messages`, { ...body, text: 'another' }, key), {
      status: 422,
      code: 'idempotency_key_reused',
    });
  });

  it('is changed and deleted by its sender alone, each with the next number', async () => {
    const id = await openGroup(anna, [bela]);
    const { id: messageId } = await write(anna, id, 'frist');
    const at = `/conversations/${id}/messages/${messageId}`;
    expectProblem(await bela.send('PATCH', at, { text: 'mine' }), NOWHERE);
    expectProblem(await bela.send('DELETE', at), NOWHERE);
    const edited = await anna.send<MessageView>('PATCH', at, { text: 'first' });
    expect(edited.body).toMatchObject({ text: 'first', seq: 1, editedAt: expect.any(String) });
    expect((await conversation(bela, id)).seq).toBe(2);
    expect((await anna.send('DELETE', at)).status).toBe(204);
    expectProblem(await anna.send('DELETE', at), NOWHERE);
    expectProblem(await anna.send('PATCH', at, { text: 'again' }), NOWHERE);
    const { data } = (await bela.get<{ data: MessageView[] }>(`/conversations/${id}/messages`)).body;
    expect(data).toMatchObject([{ id: messageId, seq: 1, text: '', deletedAt: expect.any(String) }]);
    expect(await conversation(bela, id)).toMatchObject({ seq: 3, unread: 0 });
  });

  it.each([
    ['no text', { text: '' }, ['text']],
    ['4,001 code points', { text: 'x'.repeat(4_001) }, ['text']],
    ['a number', { text: 7 }, ['text']],
    ['NUL', { text: 'a\u0000b' }, ['text']],
    ['a lone surrogate', { text: 'a\ud800b' }, ['text']],
    ['no id of its own', { clientMessageId: '' }, ['clientMessageId']],
    ['an id that is not ASCII', { clientMessageId: 'ä' }, ['clientMessageId']],
    ['an id of 101 characters', { clientMessageId: 'x'.repeat(101) }, ['clientMessageId']],
    ['another sender', { senderId: '1' }, ['senderId']],
  ])('with %s is refused by name', async (_what, more, paths) => {
    const id = await openDirect(anna, bela);
    const body = { text: 'hello', clientMessageId: 'c', ...more };
    expectProblem(await anna.post(`/conversations/${id}/messages`, body), {
      ...{ status: 400, code: 'validation_failed', paths },
    });
  });

  it('holds four thousand code points', async () => {
    const id = await openDirect(anna, bela);
    const text = '🚀'.repeat(4_000);
    await write(anna, id, text);
    expect((await conversation(bela, id)).lastMessage?.text).toBe(text);
  });

  it('is neither written nor read by who is no member, to whom there is nothing', async () => {
    const id = await openDirect(anna, bela);
    await write(anna, id, 'secret');
    const body = { text: 'hello', clientMessageId: 'c' };
    for (const path of [`/conversations/${id}`, `/conversations/${id}/messages`])
      expectProblem(await cleo.get(path), NOWHERE);
    expectProblem(await cleo.post(`/conversations/${id}/messages`, body), NOWHERE);
    expectProblem(await cleo.post(`/conversations/${id}/read`, { seq: 1 }), NOWHERE);
    expectProblem(await cleo.send('DELETE', `/conversations/${id}`), NOWHERE);
    expectProblem(await anna.post(`/conversations/${newId()}/messages`, body), NOWHERE);
  });

  it('is one of sixty a minute', async () => {
    const limited = await Stack.start();
    try {
      const [one, other] = [await limited.client().signUp(), await limited.client().signUp()];
      const id = await openDirect(one, other);
      for (let count = 0; count < 60; count += 1) await write(one, id, `${count}`);
      const refused = await one.post(`/conversations/${id}/messages`, { text: 'x', clientMessageId: 'x' });
      expectProblem(refused, { status: 429, code: 'rate_limited' });
      expect(refused.headers.get('ratelimit-policy')).toContain('"message";q=60;w=60');
      expect((await conversation(other, id)).unread).toBe(60);
    } finally {
      await limited.stop();
    }
  });
});

describe('the history', () => {
  it('goes back and forth by seq', async () => {
    const id = await openGroup(anna, [bela]);
    for (let n = 1; n <= 25; n += 1) await write(n % 2 ? anna : bela, id, `${n}`);
    const of = (...numbers: number[]) => numbers.map(String);
    expect(await texts(bela, id, '')).toEqual(of(...Array.from({ length: 20 }, (_none, n) => n + 6)));
    expect(await texts(bela, id, 'limit=3')).toEqual(of(23, 24, 25));
    expect(await texts(bela, id, 'before=23&limit=3')).toEqual(of(20, 21, 22));
    expect(await texts(bela, id, 'after=20&limit=3')).toEqual(of(21, 22, 23));
    expect(await texts(bela, id, 'after=25')).toEqual([]);
    expect(await texts(bela, id, 'before=1')).toEqual([]);
    const seen: string[] = [];
    let query = 'limit=7';
    for (;;) {
      const { data, page } = (
        await bela.get<{ data: MessageView[]; page: { nextCursor: string | null } }>(
          `/conversations/${id}/messages?${query}`,
        )
      ).body;
      seen.unshift(...data.map(({ text }) => text));
      if (page.nextCursor === null) break;
      query = `limit=7&before=${page.nextCursor}`;
    }
    expect(seen).toEqual(of(...Array.from({ length: 25 }, (_none, n) => n + 1)));
    for (const [bad, path] of [
      ['before=1&after=2', 'before'],
      ['before=-1', 'before'],
      ['after=x', 'after'],
      ['limit=0', 'limit'],
    ])
      expectProblem(await bela.get(`/conversations/${id}/messages?${bad}`), {
        ...{ status: 400, code: 'validation_failed', paths: [path ?? ''] },
      });
  });
});

describe('what is unread', () => {
  it('is what others wrote and did not delete, exactly, and moves forward only', async () => {
    const id = await openGroup(anna, [bela, cleo]);
    const first = await write(anna, id, 'one');
    await write(bela, id, 'two');
    await write(anna, id, 'three');
    const unread = async (client: ApiClient) => (await conversation(client, id)).unread;
    expect([await unread(anna), await unread(bela), await unread(cleo)]).toEqual([1, 2, 3]);
    const read = async (seq: number) => (await cleo.post(`/conversations/${id}/read`, { seq })).body;
    expect(await read(2)).toEqual({ readSeq: 2, unread: 1 });
    expect(await read(1)).toEqual({ readSeq: 2, unread: 1 });
    await anna.send('PATCH', `/conversations/${id}/messages/${first.id}`, { text: 'ONE' });
    expect(await unread(cleo)).toBe(1);
    await anna.send('DELETE', `/conversations/${id}/messages/${first.id}`);
    expect([await unread(bela), await unread(cleo)]).toEqual([1, 1]);
    expect(await read(9_999)).toEqual({ readSeq: 5, unread: 0 });
    await anna.post(`/conversations/${id}/members`, { memberIds: [userId(await stack.client().signUp())] });
    const late = await stack.client().signUp();
    await anna.post(`/conversations/${id}/members`, { memberIds: [userId(late)] });
    expect(await conversation(late, id)).toMatchObject({ unread: 0, readSeq: 5 });
    await write(bela, id, 'four');
    expect([await unread(late), await unread(cleo), await unread(bela)]).toEqual([1, 1, 1]);
  });

  it('is told with each conversation of the list, the newest first, page by page', async () => {
    const me = await stack.client().signUp();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const other = await stack.client().signUp();
      ids.push(await openDirect(other, me));
      await write(other, ids.at(-1) ?? '', `from ${n}`);
    }
    await write(me, ids[1] ?? '', 'answer');
    const expected = [1, 4, 3, 2, 0].map((n) => ids[n]);
    const first = await list(me, 'limit=2');
    expect(first.data.map(({ id, unread, lastMessage }) => [id, unread, lastMessage?.text])).toEqual([
      [expected[0], 1, 'answer'],
      [expected[1], 1, 'from 4'],
    ]);
    const rest = await list(me, `limit=5&cursor=${first.page.nextCursor}`);
    expect(rest.data.map(({ id }) => id)).toEqual(expected.slice(2));
    expect(rest.page).toEqual({ hasMore: false, nextCursor: null });
    for (const cursor of ['abc', Buffer.from('{"id":1}').toString('base64url')])
      expectProblem(await me.get(`/conversations?cursor=${cursor}`), {
        ...{ status: 400, code: 'validation_failed', paths: ['cursor'] },
      });
  });
});
