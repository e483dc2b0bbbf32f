import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { keys } from '../../src/redis/keys.js';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { conversation, openDirect, openGroup, texts, write, type MessageView } from '../support/chats.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface Report {
  id: string;
  messageId: string;
  conversationId: string;
  senderId: string;
  reporterId: string;
  reason: string;
  text: string;
  settledAt: string | null;
  settledBy: string | null;
}

let stack: Stack;
let admin: ApiClient;
let anna: ApiClient;
let bela: ApiClient;
let group: string;
let message: MessageView;

beforeAll(async () => {
  stack = await Stack.start({ env: { LIMIT_MESSAGE: '10000/60' } });
  admin = await stack.admin();
});
afterAll(async () => await stack.stop());
beforeEach(async () => {
  [anna, bela] = [await stack.client().signUp(), await stack.client().signUp()];
  group = await openGroup(anna, [bela]);
  message = await write(anna, group, 'an insult');
});

const idOf = ({ user }: ApiClient) => user.userId;
const report = async (client: ApiClient, body: object = { reason: 'An insult' }, id = message.id) =>
  await client.post(`/conversations/${group}/messages/${id}/report`, body);
const listed = async (status: string) =>
  (await admin.get<{ data: Report[] }>(`/admin/message-reports?limit=100&status=${status}`)).body.data.filter(
    ({ messageId }) => messageId === message.id,
  );

describe('a report', () => {
  it('shows administrators what a message said, once for each who reports it', async () => {
    const answers = [await report(bela), await report(bela)];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const path = `/conversations/${group}/messages/${message.id}`;
    await anna.send('PATCH', path, { text: 'a kind word' });
    expect(await listed('open')).toEqual([
      {
        ...{ id: expect.any(String), messageId: message.id, conversationId: group },
        ...{ senderId: idOf(anna), reporterId: idOf(bela), reason: 'An insult', text: 'an insult' },
        ...{ createdAt: expect.any(String), settledAt: null, settledBy: null },
      },
    ]);
  });

  it('is settled, and the message deleted for everybody where the administrator says so', async () => {
    await report(bela);
    const [open] = await listed('open');
    const live = await LiveClient.connect(stack.url(), bela);
    await live.subscribe({ topic: `conversation:${group}` });
    const settle = async () =>
      await admin.post(`/admin/message-reports/${open?.id}/settle`, { deleteMessage: true });
    const answers = [await settle(), await settle()];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await live.next('chat.deleted')).toMatchObject({ seq: 2, data: { id: message.id, text: '' } });
    expect(await texts(bela, group)).toEqual(['']);
    expect(await listed('open')).toEqual([]);
    expect(await listed('settled')).toMatchObject([{ settledBy: admin.user.userId, text: 'an insult' }]);
    const audit = await admin.get<{ data: { action: string; details: object }[] }>(
      `/admin/users/${idOf(anna)}/audit`,
    );
    expect(audit.body.data.filter(({ action }) => action === 'message.judged')).toMatchObject([
      { details: { reportId: open?.id, messageDeleted: true } },
    ]);
    live.close();
  });

  it.each([
    [{}, ['reason']],
    [{ reason: '' }, ['reason']],
    [{ reason: 'x'.repeat(501) }, ['reason']],
    [{ reason: 'a\u0000' }, ['reason']],
    [{ reason: 'x', urgent: true }, ['urgent']],
  ])('is refused as %j', async (body, paths) => {
    expectProblem(await report(bela, body), { status: 400, code: 'validation_failed', paths });
  });

  it('is of members, about messages that are there, and for administrators', async () => {
    const stranger = await stack.client().signUp();
    const nowhere = { status: 404, code: 'not_found' };
    expectProblem(await report(stranger), nowhere);
    expectProblem(await report(bela, undefined, newId()), nowhere);
    expectProblem(await admin.post(`/admin/message-reports/${newId()}/settle`, {}), nowhere);
    for (const answer of [
      await bela.get('/admin/message-reports'),
      await bela.post(`/admin/message-reports/${newId()}/settle`, {}),
    ])
      expectProblem(answer, { status: 403, code: 'forbidden' });
  });
});

describe('an account that is deleted', () => {
  it('leaves its groups to others, and what it wrote without a text, also in Redis', async () => {
    const direct = await openDirect(anna, bela);
    await write(anna, direct, 'my address is …');
    await report(bela);
    const live = await LiveClient.connect(stack.url(), bela);
    for (const id of [group, direct]) await live.subscribe({ topic: `conversation:${id}` });
    await bela.get(`/leaderboards/group:${group}`);
    expect((await anna.send('DELETE', '/me', { password: PASSWORD })).status).toBe(204);
    await waitUntil('the group is handed over', async () => {
      const { ownerId, memberCount } = await conversation(bela, group);
      return ownerId === idOf(bela) && memberCount === 1;
    });
    await waitUntil('both are told of', () => live.of('chat.deleted').length === 2);
    expect([await texts(bela, group), await texts(bela, direct)]).toEqual([[''], ['']]);
    expect((await conversation(bela, direct)).peer).toMatchObject({ username: /^deleted_/ });
    expect(await listed('open')).toMatchObject([{ text: '' }]);
    for (const id of [group, direct]) {
      const stream = keys.events.conversationStream(id);
      expect(await stack.redis.exists(stream)).toBe(1);
      expect(JSON.stringify(await stack.redis.xrange(stream, '-', '+'))).not.toMatch(/insult|address/);
    }
    live.close();
  });

  it('exports what it wrote and where it is', async () => {
    await report(bela);
    for (const [client, written, reported] of [
      [anna, 1, 0],
      [bela, 0, 1],
    ] as const) {
      const { body } = await client.get<Record<string, object[]>>('/me/export');
      expect(body['conversations']).toMatchObject([{ conversationId: group }]);
      expect([body['messages'], body['messageReports']]).toEqual([
        Array.from({ length: written }, () => expect.objectContaining({ text: 'an insult' })),
        Array.from({ length: reported }, () => expect.objectContaining({ reason: 'An insult' })),
      ]);
    }
  });
});
