import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import type { ApiClient } from '../support/api-client.js';
import { openGroup, write } from '../support/chats.js';
import { LiveClient } from '../support/live-client.js';
import { MailRoom } from '../support/mail-room.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface Notification {
  id: string;
  kind: string;
  text: string;
  data: Record<string, unknown>;
  readAt: string | null;
}
interface Page {
  data: Notification[];
  page: { nextCursor: string | null; hasMore: boolean };
  unreadCount: number;
}
type Preferences = Record<string, { inApp: boolean; email: boolean }>;

const PUBLIC_URL = 'https://learn.example.org/app';

let stack: Stack;
let mails: MailRoom;
let author: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  mails = await MailRoom.start();
  stack = await Stack.start({
    ...{ apis: 2, workers: 2 },
    env: { ...mails.env, PUBLIC_URL, LIMIT_SUBMISSION: '1000/60', LIMIT_NOTIFICATION_MAIL: '2/60' },
  });
  author = await stack.author();
  quiz = await publishQuiz(author, trueFalse(12));
});
afterAll(async () => {
  await stack.stop();
  await mails.stop();
});

const list = async (client: ApiClient, query = '') =>
  (await client.get<Page>(`/notifications?${query}`)).body;
const kinds = async (client: ApiClient) => (await list(client)).data.map(({ kind }) => kind);
const prefer = async (client: ApiClient, preferences: object) =>
  await client.send<Preferences>('PUT', '/me/notification-preferences', preferences);
const submit = async (client: ApiClient, right: number) =>
  expect((await client.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right))).status).toBe(202);
const until = async (client: ApiClient, kind: string) =>
  await waitUntil(`${kind} has come`, async () => (await kinds(client)).includes(kind));
const follow = async (client: ApiClient, whom: ApiClient) =>
  expect((await client.send('PUT', `/users/${whom.user.userId}/follow`)).status).toBe(204);
const verified = async () => {
  const client = await stack.client().signUp();
  await stack.sql('UPDATE users SET email_verified_at = now() WHERE id = $1', [client.user.userId]);
  return client;
};
const addressOf = ({ user }: ApiClient) => `${user.username}@example.org`;
/** Mails about notifications wait for their reader to come by; as if that time were over. */
const hurryMails = async () => {
  await stack.sql(`UPDATE outbox SET due_at = now() - interval '1 minute' WHERE queue = 'mail.send'`);
  for (const id of await stack.redis.zrange('rs:{queue:mail.send}:delayed', 0, '-1'))
    await stack.redis.zadd('rs:{queue:mail.send}:delayed', 1, id);
};
const toldOf = (client: ApiClient, subject: RegExp) =>
  mails.to(addressOf(client)).filter((mail) => subject.test(mail.subject));

describe('a learner', () => {
  it('hears live, and later, of coming into the first ten, once a day', async () => {
    const anna = await stack.client().signUp();
    const live = await LiveClient.connect(stack.url(1), anna);
    await submit(anna, 1);
    const told = await live.next('notification.created');
    expect(told).toMatchObject({ topic: 'user', data: { kind: 'top10_entered', readAt: null } });
    expect(told.data['text']).toBe('You are among the first ten: rank 1 with 1 points.');
    const { data, unreadCount } = await list(anna);
    expect([data.length, unreadCount]).toEqual([1, 1]);
    expect(data[0]).toMatchObject({ id: told.data['id'], data: { board: 'global', rank: 1, score: 1 } });
    live.close();
  });

  it('hears of falling out of them, and not a second time the same day', async () => {
    const first = await stack.client().signUp();
    await submit(first, 2);
    await until(first, 'top10_entered');
    const crowd: ApiClient[] = [];
    for (let count = 0; count < 11; count += 1) crowd.push(await stack.client(count % 2).signUp());
    for (const one of crowd) await submit(one, 5);
    await until(first, 'top10_left');
    await submit(first, 9);
    await waitUntil('it is back', async () => {
      const place = await first.get<{ rank: number }>('/leaderboards/global/me');
      return place.body.rank === 1;
    });
    for (const one of crowd) await submit(one, 10);
    await waitUntil('it has left again', async () => {
      const place = await first.get<{ rank: number }>('/leaderboards/global/me');
      return place.body.rank > 10;
    });
    expect((await kinds(first)).sort()).toEqual(['top10_entered', 'top10_left']);
  });

  it('reads them page by page, one and all, and only their own', async () => {
    const [me, other] = [await stack.client().signUp(), await stack.client().signUp()];
    await stack.sql(
      `INSERT INTO notifications (id, user_id, kind, data, occasion, in_app)
       SELECT id, $1, 'quiz_published', jsonb_build_object('authorName', 'ada', 'others', 0, 'title', 'Number ' || n), n, true
       FROM unnest($2::uuid[]) WITH ORDINALITY AS one (id, n)`,
      [me.user.userId, Array.from({ length: 5 }, newId)],
    );
    const first = await list(me, 'limit=2');
    expect(first.data.map(({ text }) => text)).toEqual([
      'ada published a quiz: Number 5',
      'ada published a quiz: Number 4',
    ]);
    const second = await list(me, `limit=3&cursor=${first.page.nextCursor}`);
    expect(second.data).toHaveLength(3);
    expect([second.page.hasMore, second.unreadCount]).toEqual([false, 5]);

    const id = first.data[1]?.id ?? '';
    expect((await me.post(`/notifications/${id}/read`)).body).toEqual({ unreadCount: 4 });
    expect((await me.post(`/notifications/${id}/read`)).body).toEqual({ unreadCount: 4 });
    expect((await list(me, 'unread=true')).data.map((one) => one.id)).not.toContain(id);
    expect((await list(me)).data.find((one) => one.id === id)?.readAt).toMatch(/^\d{4}-/);
    expectProblem(await other.post(`/notifications/${id}/read`), { status: 404, code: 'not_found' });
    expect(await list(other)).toMatchObject({ data: [], unreadCount: 0 });
    expect((await me.post('/notifications/read-all')).body).toEqual({ unreadCount: 0 });
    expect(await list(me, 'unread=true')).toMatchObject({ data: [], unreadCount: 0 });
    await stack.sql('DELETE FROM notifications WHERE user_id = $1', [me.user.userId]);
  });

  it.each([
    ['/notifications?unread=maybe', ['unread']],
    ['/notifications?cursor=no', ['cursor']],
    ['/notifications?limit=101', ['limit']],
  ])('is refused %s', async (path, paths) => {
    expectProblem(await author.get(path), { status: 400, code: 'validation_failed', paths });
  });
});

describe('following', () => {
  it('brings word of each quiz that is published, once, also through a flush', async () => {
    const [fan, stranger] = [await stack.client().signUp(), await stack.client().signUp()];
    await follow(fan, author);
    await follow(fan, author);
    const live = await LiveClient.connect(stack.url(), fan);
    const draft = (
      await author.post<{ id: string }>('/quizzes', { title: 'A quiz', questions: trueFalse(1) })
    ).body.id;
    await author.post(`/quizzes/${draft}/publish`);
    await stack.redis.flushall();
    await author.post(`/quizzes/${draft}/publish`);
    await waitUntil('it has come', async () => (await kinds(fan)).includes('quiz_published'), 20_000);
    await live.next('notification.created', ({ data }) => data['kind'] === 'quiz_published');
    expect((await list(fan)).data).toMatchObject([
      { kind: 'quiz_published', data: { quizId: draft, authorId: author.user.userId } },
    ]);
    expect(await kinds(stranger)).toEqual([]);

    expect((await author.get('/me/following')).body).toMatchObject({ data: [] });
    expect((await fan.get('/me/following')).body).toMatchObject({
      data: [{ userId: author.user.userId, username: author.user.username }],
    });
    expect((await fan.send('DELETE', `/users/${author.user.userId}/follow`)).status).toBe(204);
    await publishQuiz(author, trueFalse(1));
    await mails.settled(stack);
    expect(await kinds(fan)).toEqual(['quiz_published']);
    live.close();
  });

  it('brings word of the quizzes of a file together', async () => {
    const fan = await stack.client().signUp();
    await follow(fan, author);
    const file = ['::One:: Is it? {T}', '::Two:: Is it? {F}', '::Three:: Is it? {T}'].join('\n\n');
    const imported = await author.post('/quizzes/import?publish=true&quizSize=1', file);
    expect(imported.status).toBe(201);
    await until(fan, 'quiz_published');
    expect((await list(fan)).data).toMatchObject([
      { kind: 'quiz_published', text: expect.stringMatching(/ and 2 more quizzes$/), data: { others: 2 } },
    ]);
    await fan.send('DELETE', `/users/${author.user.userId}/follow`);
  });

  it('refuses oneself, and whom there is not', async () => {
    expectProblem(await author.send('PUT', `/users/${author.user.userId}/follow`), {
      ...{ status: 403, code: 'forbidden' },
    });
    expectProblem(await author.send('PUT', '/users/0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10/follow'), {
      ...{ status: 404, code: 'not_found' },
    });
    expectProblem(await author.send('PUT', '/users/me/follow'), {
      ...{ status: 400, code: 'validation_failed', paths: ['userId'] },
    });
  });
});

describe('preferences', () => {
  it('are those of everybody until they are chosen, each by itself', async () => {
    const me = await stack.client().signUp();
    const before = (await me.get<Preferences>('/me/notification-preferences')).body;
    expect(before).toMatchObject({
      quiz_published: { inApp: true, email: false },
      weekly_digest: { inApp: false, email: true },
    });
    const chosen = await prefer(me, { quiz_published: { inApp: false, email: true } });
    expect(chosen.body).toEqual({ ...before, quiz_published: { inApp: false, email: true } });
    expect((await me.get('/me/notification-preferences')).body).toEqual(chosen.body);
  });

  it.each([
    [{ no_such: { inApp: true, email: true } }, ['no_such']],
    [{ quiz_published: { inApp: 'yes', email: true } }, ['quiz_published.inApp']],
    [{ quiz_published: { inApp: true } }, ['quiz_published.email']],
    [{ quiz_published: { inApp: true, email: true, sms: true } }, ['quiz_published.sms']],
    [{ quiz_published: true }, ['quiz_published']],
    [[], ['']],
  ])('are refused as %j', async (body, paths) => {
    expectProblem(await prefer(author, body), { status: 400, code: 'validation_failed', paths });
  });

  it('decide who is told in the app, who by mail, and who not at all', async () => {
    const fans = [await verified(), await verified(), await verified()] as const;
    const [inApp, byMail, neither] = fans;
    for (const fan of fans) await follow(fan, author);
    await prefer(byMail, { quiz_published: { inApp: false, email: true } });
    await prefer(neither, { quiz_published: { inApp: false, email: false } });
    await publishQuiz(author, trueFalse(1));
    await until(inApp, 'quiz_published');
    await waitUntil('it is sent', async () => {
      await hurryMails();
      return toldOf(byMail, /new quiz/i).length === 1;
    });
    await mails.settled(stack);
    expect([await kinds(inApp), await kinds(byMail), await kinds(neither)]).toEqual([
      ['quiz_published'],
      [],
      [],
    ]);
    for (const one of [inApp, neither]) expect(toldOf(one, /new quiz/i)).toEqual([]);
  });
});

describe('a mail about a notification', () => {
  const mailed = async () => {
    const fan = await verified();
    await prefer(fan, { quiz_published: { inApp: true, email: true } });
    await follow(fan, author);
    return fan;
  };

  it('is not sent to who has read it, or has no address that is known to be theirs', async () => {
    const [reader, unverified, sleeper] = [await mailed(), await mailed(), await mailed()];
    await stack.sql('UPDATE users SET email_verified_at = NULL WHERE id = $1', [unverified.user.userId]);
    await publishQuiz(author, trueFalse(1));
    for (const one of [reader, unverified, sleeper]) await until(one, 'quiz_published');
    await reader.post('/notifications/read-all');
    await waitUntil('the mail is sent', async () => {
      await hurryMails();
      return toldOf(sleeper, /new quiz/i).length === 1;
    });
    await mails.settled(stack);
    for (const one of [reader, unverified]) expect(toldOf(one, /new quiz/i)).toEqual([]);
  });

  it('carries a link that ends such mails with one click, and with a page for people', async () => {
    const fan = await mailed();
    await publishQuiz(author, trueFalse(1));
    await waitUntil('the mail is sent', async () => {
      await hurryMails();
      return toldOf(fan, /new quiz/i).length === 1;
    });
    const [mail] = toldOf(fan, /new quiz/i);
    const link = new URL(/Unsubscribe: (\S+)/.exec(mail?.text ?? '')?.[1] ?? '');
    expect(link.href).toMatch(`${PUBLIC_URL}/unsubscribe?token=`);
    expect(mail?.text).toContain(`${PUBLIC_URL}/quizzes/`);
    const there = `${stack.url()}/unsubscribe${link.search}`;

    const page = await fetch(there);
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect(await page.text()).toContain('<form method="post">');
    expect((await fan.get<Preferences>('/me/notification-preferences')).body['quiz_published']).toEqual({
      ...{ inApp: true, email: true },
    });
    const click = async () => await fetch(there, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    expect([(await click()).status, (await click()).status]).toEqual([200, 200]);
    expect((await fan.get<Preferences>('/me/notification-preferences')).body['quiz_published']).toEqual({
      ...{ inApp: true, email: false },
    });
    for (const token of ['', 'a.b.c', link.search.replace('quiz_published', 'weekly_digest').slice(7)]) {
      const url = `${stack.url()}/unsubscribe?token=${token}`;
      expect([(await fetch(url)).status, (await fetch(url, { method: 'POST' })).status]).toEqual([404, 404]);
    }
  });

  it('is one of no more than a day allows', async () => {
    const fan = await mailed();
    for (let count = 0; count < 4; count += 1) await publishQuiz(author, trueFalse(1));
    await waitUntil('all are settled', async () => {
      await hurryMails();
      return (await stack.sql('SELECT 1 FROM outbox')).length === 0 && (await kinds(fan)).length === 4;
    });
    expect(toldOf(fan, /new quiz/i)).toHaveLength(2);
  });
});

describe('a conversation', () => {
  const sent = (client: ApiClient) => toldOf(client, /wrote to you/);
  const chatKinds = ['conversation_added', 'mentioned', 'message_received'];
  const of = async (client: ApiClient, kind: string) =>
    (await list(client)).data.filter((one) => one.kind === kind);

  it('tells whom it brings in, each time, and whom it mentions', async () => {
    const [owner, anna, bela] = [await stack.client().signUp(), await verified(), await verified()];
    const id = await openGroup(owner, [anna], 'Study group');
    await until(anna, 'conversation_added');
    expect((await of(anna, 'conversation_added'))[0]).toMatchObject({
      text: `${owner.user.username} brought you into the group Study group.`,
      data: { conversationId: id, conversationName: 'Study group', byId: owner.user.userId },
    });
    await owner.send('DELETE', `/conversations/${id}/members/${anna.user.userId}`);
    await owner.post(`/conversations/${id}/members`, { memberIds: [anna.user.userId] });
    await waitUntil('it is told again', async () => (await of(anna, 'conversation_added')).length === 2);
    const text = `@${anna.user.username.toUpperCase()}, ask @${bela.user.username} and @${owner.user.username}`;
    const { id: messageId } = await write(owner, id, text);
    await until(anna, 'mentioned');
    expect((await of(anna, 'mentioned'))[0]).toMatchObject({
      text: `${owner.user.username} mentioned you in Study group.`,
      data: { messageId, seq: 1 },
    });
    for (const client of [owner, bela])
      expect((await kinds(client)).filter((kind) => chatKinds.includes(kind))).toEqual([]);
  });

  it('tells by one mail what was written to who is not there, until that one has read it', async () => {
    const [owner, absent, there] = [await stack.client().signUp(), await verified(), await verified()];
    const id = await openGroup(owner, [absent, there], 'Study group');
    const socket = await LiveClient.connect(stack.url(1), there);
    const writes = async (count: number) => {
      for (let n = 0; n < count; n += 1) await write(owner, id, `message ${n}`);
    };
    const mailed = async (count: number) =>
      await waitUntil('the mail is sent', async () => {
        await hurryMails();
        return sent(absent).length === count;
      });
    await writes(3);
    await mailed(1);
    await writes(2);
    await waitUntil('it was looked at', async () => {
      const [row] = await stack.sql('SELECT 1 FROM conversations WHERE id = $1 AND NOT notify_due', [id]);
      return row !== undefined;
    });
    await hurryMails();
    await mails.settled(stack);
    expect(sent(absent)).toHaveLength(1);
    expect(await of(absent, 'message_received')).toHaveLength(1);
    expect((await of(absent, 'message_received'))[0]).toMatchObject({ data: { seq: 1 }, readAt: null });
    await absent.post(`/conversations/${id}/read`, { seq: 5 });
    expect((await of(absent, 'message_received'))[0]?.readAt).not.toBeNull();
    await writes(1);
    await mailed(2);
    expect([sent(there).length, (await of(there, 'message_received')).length]).toEqual([0, 0]);
    socket.close();
  });

  it('tells nobody of what somebody wrote whom they have blocked', async () => {
    const [owner, anna] = [await stack.client().signUp(), await verified()];
    const id = await openGroup(owner, [anna], 'Study group');
    await anna.send('PUT', `/me/blocks/${owner.user.userId}`);
    await write(owner, id, `@${anna.user.username}`);
    await mails.settled(stack);
    expect((await kinds(anna)).filter((kind) => kind !== 'conversation_added')).toEqual([]);
  });
});

describe('the account of who was notified', () => {
  it('exports what is held, and takes it along when it goes', async () => {
    const fan = await stack.client().signUp();
    await follow(fan, author);
    await prefer(fan, { weekly_digest: { inApp: true, email: false } });
    await publishQuiz(author, trueFalse(1));
    await until(fan, 'quiz_published');
    const held = (await fan.get('/me/export')).body;
    expect(held).toMatchObject({
      notifications: [{ kind: 'quiz_published' }],
      notificationPreferences: [{ kind: 'weekly_digest' }],
      following: [{ followeeId: author.user.userId }],
    });
    await fan.send('DELETE', '/me', { password: 'correct-horse-battery-staple' });
    for (const table of ['notifications', 'notification_preferences'])
      expect(await stack.sql(`SELECT 1 FROM ${table} WHERE user_id = $1`, [fan.user.userId])).toEqual([]);
    expect(await stack.sql('SELECT 1 FROM follows WHERE follower_id = $1', [fan.user.userId])).toEqual([]);
  });
});
