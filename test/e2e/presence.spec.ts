import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import type { ApiClient } from '../support/api-client.js';
import { openDirect, openGroup } from '../support/chats.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { QUICK_PRESENCE, quickly } from '../support/quickly.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface PresenceView {
  userId: string;
  status: string;
  lastSeenAt: string | null;
}

const SECOND_MS = 1_000;
let stack: Stack;
let anna: ApiClient;
let ben: ApiClient;
let stranger: ApiClient;
let sockets: LiveClient[] = [];

const idOf = ({ user }: ApiClient) => user.userId;
const topicOf = (client: ApiClient) => `presence:${idOf(client)}`;
const connect = async (client: ApiClient, node: number) => {
  const socket = await LiveClient.connect(stack.url(node), client);
  sockets.push(socket);
  return socket;
};
/** A socket of `viewer` that follows these presences. */
const watch = async (viewer: ApiClient, node: number, ...watched: ApiClient[]) => {
  const socket = await connect(viewer, node);
  for (const one of watched)
    expect(await socket.subscribe({ topic: topicOf(one) })).toMatchObject({ ok: true });
  return socket;
};
const told = (socket: LiveClient, of: ApiClient) =>
  socket.events.filter(({ topic }) => topic === topicOf(of)).map(({ data }) => data['status']);
const hears = async (socket: LiveClient, of: ApiClient, statuses: string[], withinMs?: number) => {
  await waitUntil(
    `${statuses.join(', ')} is told`,
    () => told(socket, of).length >= statuses.length,
    withinMs,
  );
  expect(told(socket, of)).toEqual(statuses);
};
const presence = async (viewer: ApiClient, ...of: ApiClient[]) =>
  await viewer.get<{ data: PresenceView[] }>(`/presence?userIds=${of.map(idOf).join(',')}`);
const statusOf = async (viewer: ApiClient, of: ApiClient) =>
  (await presence(viewer, of)).body.data[0]?.status;
const follow = async (by: ApiClient, whom: ApiClient) =>
  expect((await by.send('PUT', `/users/${idOf(whom)}/follow`)).status).toBe(204);
const startAgain = async (node: number) => {
  stack.startApi(node);
  await stack.untilReady(node);
};
const isKnown = async () =>
  await waitUntil('presence is known', async () => (await presence(anna, ben)).status === 200);

beforeAll(async () => {
  stack = await Stack.start({ apis: 3, workers: 2, env: quickly() });
  anna = await stack.client(0).signUp();
  ben = await stack.client(1).signUp();
  stranger = await stack.client(2).signUp();
  await openDirect(anna, ben);
  await isKnown();
});
afterEach(async () => {
  for (const socket of sockets) socket.close();
  sockets = [];
  for (const one of [anna, ben]) {
    const isOffline = async () => (await statusOf(one, one)) === 'offline';
    await waitUntil('all have left', isOffline);
  }
});
afterAll(async () => await stack.stop());

describe('presence', () => {
  it('is told to who follows it: came, away, back, left, each once however many tabs there are', async () => {
    const watchers = [await watch(ben, 1, anna), await watch(ben, 2, anna)];
    const tabs = [await connect(anna, 0), await connect(anna, 1), await connect(anna, 2)];
    await Promise.all(watchers.map(async (one) => await hears(one, anna, ['online'])));
    const set = async (tab: number, status: string) => await tabs[tab]?.send('presence.set', { status });
    // That the first came is told before the leases of the others are written; this is answered after.
    for (const tab of tabs.keys()) await set(tab, 'online');
    for (const tab of [0, 1])
      expect(await set(tab, 'away')).toMatchObject({
        ok: true,
        data: { userId: idOf(anna), status: 'online' },
      });
    expect(await set(2, 'away')).toMatchObject({ data: { status: 'away' } });
    expect(await statusOf(ben, anna)).toBe('away');
    await set(1, 'online');
    for (const tab of tabs) tab.close();
    const all = ['online', 'away', 'online', 'away', 'offline'];
    await waitUntil('offline is told', () => watchers.every((one) => told(one, anna).includes('offline')));
    for (const one of watchers) {
      const statuses = told(one, anna);
      // The tab that is online may be the last to go.
      expect([all.join(), all.slice(0, 3).concat('offline').join()]).toContain(statuses.join());
      const last = one.of('presence.changed').at(-1);
      expect(last).toMatchObject({ seq: null, epoch: null, topic: topicOf(anna) });
      expect(last?.data).toEqual((await presence(ben, anna)).body.data[0]);
    }
  });

  it('begins with the presence as it is, also for who comes back with since', async () => {
    const anns = await connect(anna, 0);
    await waitUntil('online', async () => (await statusOf(ben, anna)) === 'online');
    const bens = await connect(ben, 1);
    const first = await bens.subscribe({ topic: topicOf(anna) });
    expect(first.data).toMatchObject({
      ...{ topic: topicOf(anna), seq: 0, recovered: false },
      snapshot: { userId: idOf(anna), status: 'online', lastSeenAt: expect.any(String) },
    });
    anns.close();
    await hears(bens, anna, ['offline']);
    const epoch = String(first.data?.['epoch']);
    expect((await bens.subscribe({ topic: topicOf(anna), since: 0, epoch })).data).toMatchObject({
      ...{ recovered: false, snapshot: { status: 'offline' } },
    });
  });

  it('is refused where it is none of anybody’s business, and set to nothing that there is not', async () => {
    const socket = await connect(stranger, 0);
    const refused = async (topic: string) => (await socket.subscribe({ topic })).error?.code;
    expect(await refused(topicOf(anna))).toBe('forbidden');
    expect(await refused(`presence:${newId()}`)).toBe('not_found');
    expect(await refused('presence:anna')).toBe('not_found');
    expect(await refused(topicOf(anna).toUpperCase())).toBe('not_found');
    expect(await socket.subscribe({ topic: topicOf(stranger) })).toMatchObject({
      data: { snapshot: { status: 'online' } },
    });
    for (const body of [{ status: 'offline' }, {}, { status: 'away', since: 1 }])
      expect((await socket.send('presence.set', body)).error?.code).toBe('validation_failed');
  });

  it('is followed by either end of a follow, and by members of a group', async () => {
    const [fan, star, member] = [
      await stack.client(0).signUp(),
      await stack.client(1).signUp(),
      await stack.client(2).signUp(),
    ];
    await follow(fan, star);
    await openGroup(star, [member]);
    await watch(fan, 0, star);
    await watch(star, 1, fan, member);
    await watch(member, 2, star);
    expect((await sockets[2]?.subscribe({ topic: topicOf(fan) }))?.error?.code).toBe('forbidden');
  });

  it('ends at once with the session, and with the process', async () => {
    const watcher = await watch(ben, 1, anna);
    const again = await stack.client(0).logIn(anna.user.username);
    await connect(again, 2);
    await hears(watcher, anna, ['online'], SECOND_MS);
    await again.post('/auth/logout');
    await hears(watcher, anna, ['online', 'offline'], 2 * SECOND_MS);

    const third = await connect(anna, 2);
    await hears(watcher, anna, ['online', 'offline', 'online']);
    const stopped = stack.apis[2]?.kill('SIGTERM');
    await hears(watcher, anna, ['online', 'offline', 'online', 'offline'], 5 * SECOND_MS);
    expect(await stopped).toBe(0);
    await third.closed();
    await startAgain(2);
  });
});

describe('GET /presence', () => {
  it('tells of each in the order asked, and of whom one may not see as of who never was there', async () => {
    await connect(anna, 0);
    await waitUntil('online', async () => (await statusOf(anna, anna)) === 'online');
    const nobody = newId();
    const ids = [idOf(stranger), idOf(ben).toUpperCase(), nobody, idOf(anna), idOf(anna)];
    const { body } = await anna.get<{ data: PresenceView[] }>(`/presence?userIds=${ids.join(',')}`);
    expect(body).toEqual({
      data: [
        { userId: idOf(stranger), status: 'offline', lastSeenAt: null },
        { userId: idOf(ben), status: 'offline', lastSeenAt: expect.stringMatching(/Z$/) },
        { userId: nobody, status: 'offline', lastSeenAt: null },
        { userId: idOf(anna), status: 'online', lastSeenAt: expect.stringMatching(/Z$/) },
      ],
    });
  });

  it('takes ids one parameter each as well, however they are written', async () => {
    await connect(ben, 0);
    await waitUntil('online', async () => (await statusOf(anna, ben)) === 'online');
    const query = [idOf(ben).toUpperCase(), idOf(ben)].map((id) => `userIds=${id}`).join('&');
    expect((await anna.get<{ data: PresenceView[] }>(`/presence?${query}`)).body.data).toEqual([
      { userId: idOf(ben), status: 'online', lastSeenAt: expect.stringMatching(/Z$/) },
    ]);
  });

  it('knows from PostgreSQL when somebody was last there', async () => {
    await stack.redis.del(`rs:{user:${idOf(ben)}}:presence`);
    const [row] = await stack.sql<{ at: Date }>('SELECT last_active_at AS at FROM users WHERE id = $1', [
      idOf(ben),
    ]);
    expect((await presence(anna, ben)).body.data[0]?.lastSeenAt).toBe(row?.at.toISOString());
  });

  it('takes 1 to 100 ids', async () => {
    const ids = (count: number) => Array.from({ length: count }, newId).join(',');
    expect((await anna.get(`/presence?userIds=${ids(100)}`)).status).toBe(200);
    for (const query of [`?userIds=${ids(101)}`, '?userIds=', '', '?userIds=anna', `?userIds=${ids(1)},`])
      expectProblem(await anna.get(`/presence${query}`), {
        ...{ status: 400, code: 'validation_failed', paths: ['userIds'] },
      });
    expect((await stack.client().get('/presence/online')).status).toBe(401);
  });

  it('lists who is online of those one may see', async () => {
    const online = async (viewer: ApiClient) =>
      (await viewer.get<{ count: number; data: string[] }>('/presence/online')).body;
    await connect(anna, 0);
    const bens = await connect(ben, 1);
    await connect(stranger, 0);
    await waitUntil('both are online', async () => (await online(anna)).count === 2);
    await waitUntil('so is the stranger', async () => (await online(stranger)).count === 1);
    expect(new Set((await online(anna)).data)).toEqual(new Set([idOf(anna), idOf(ben)]));
    expect(await online(stranger)).toEqual({ count: 1, data: [idOf(stranger)] });
    await bens.send('presence.set', { status: 'away' });
    expect(await online(anna)).toEqual({ count: 1, data: [idOf(anna)] });
  });
});

describe('the right to follow a presence', () => {
  const ended = (socket: LiveClient) => socket.of('subscription.ended').map(({ data }) => data['topic']);
  const untilEnded = async (socket: LiveClient, of: ApiClient) =>
    await waitUntil('the subscription ends', () => ended(socket).includes(topicOf(of)), SECOND_MS);

  it('ends within a second for both when one blocks the other, over sockets and REST', async () => {
    const [one, other] = [await stack.client(0).signUp(), await stack.client(1).signUp()];
    await openDirect(one, other);
    const [ones, others] = [await watch(one, 1, other), await watch(other, 2, one)];
    await hears(ones, other, ['online']);
    await waitUntil('both are online', async () => (await statusOf(one, other)) === 'online');
    await one.send('PUT', `/me/blocks/${idOf(other)}`);
    await Promise.all([untilEnded(ones, other), untilEnded(others, one)]);
    expect((await ones.subscribe({ topic: topicOf(other) })).error?.code).toBe('forbidden');
    for (const [viewer, of] of [
      [one, other],
      [other, one],
    ] as const)
      expect((await presence(viewer, of)).body.data).toEqual([
        { userId: idOf(of), status: 'offline', lastSeenAt: null },
      ]);
    const heard = told(others, one).length;
    await ones.send('presence.set', { status: 'away' });
    ones.close();
    await waitUntil('one is offline', async () => (await statusOf(one, one)) === 'offline');
    expect(told(others, one)).toHaveLength(heard);

    await one.send('DELETE', `/me/blocks/${idOf(other)}`);
    expect(await others.subscribe({ topic: topicOf(one) })).toMatchObject({ ok: true });
  });

  it('ends with following, unless there is another reason', async () => {
    const [fan, star] = [await stack.client(0).signUp(), await stack.client(1).signUp()];
    await follow(fan, star);
    await follow(star, fan);
    const fans = await watch(fan, 2, star);
    const unfollow = async (by: ApiClient, whom: ApiClient) =>
      await by.send('DELETE', `/users/${idOf(whom)}/follow`);
    await unfollow(fan, star);
    await connect(star, 0);
    await hears(fans, star, ['online']);
    expect(ended(fans)).toEqual([]);
    await unfollow(star, fan);
    await untilEnded(fans, star);
  });

  it('ends with the last conversation that two share', async () => {
    const [owner, member] = [await stack.client(0).signUp(), await stack.client(1).signUp()];
    const groups = [await openGroup(owner, [member]), await openGroup(owner, [member])];
    const [owners, members] = [await watch(owner, 2, member), await watch(member, 2, owner)];
    const remove = async (group?: string) =>
      await owner.send('DELETE', `/conversations/${group}/members/${idOf(member)}`);
    expect((await remove(groups[0])).status).toBe(204);
    expect(await owners.subscribe({ topic: topicOf(member) })).toMatchObject({ ok: true });
    expect((await remove(groups[1])).status).toBe(204);
    await Promise.all([untilEnded(owners, member), untilEnded(members, owner)]);
  });

  it('ends within the interval when nobody said so', async () => {
    const [one, other] = [await stack.client(0).signUp(), await stack.client(1).signUp()];
    await follow(one, other);
    const ones = await watch(one, 2, other);
    await stack.sql(`UPDATE users SET status = 'banned' WHERE id = $1`, [idOf(other)]);
    await waitUntil('the subscription ends', () => ended(ones).includes(topicOf(other)), 3 * SECOND_MS);
  });
});

describe('when something fails', () => {
  it('tells once, soon after the lease of the last heartbeat, that who was connected to a node that was killed is offline', async () => {
    const watchers = [await watch(ben, 0, anna), await watch(ben, 1, anna)];
    const others = await stack.client(1).signUp();
    await follow(ben, others);
    await connect(others, 1);
    await connect(anna, 2);
    await hears(watchers[1] as LiveClient, anna, ['online']);
    await stack.apis[2]?.kill('SIGKILL');
    const killedAt = performance.now();
    await waitUntil('offline is told', () => watchers.every((one) => told(one, anna).length > 1));
    const tookMs = performance.now() - killedAt;
    for (const one of watchers) expect(told(one, anna)).toEqual(['online', 'offline']);
    expect(tookMs).toBeGreaterThan(QUICK_PRESENCE.leaseMs - QUICK_PRESENCE.heartbeatMs - SECOND_MS);
    expect(tookMs).toBeLessThan(QUICK_PRESENCE.leaseMs + 2 * SECOND_MS);
    expect(await statusOf(ben, anna)).toBe('offline');
    expect(await statusOf(ben, others)).toBe('online');
    await startAgain(2);
  });

  it.each([
    ['emptied', async () => await stack.redis.flushall(), 3],
    ['killed and restarted', async () => await stack.restartRedis(), 1],
  ])('shows nobody offline by mistake when Redis is %s', async (_what, lose, rounds) => {
    const watcher = await watch(ben, 0, anna);
    await connect(anna, 0);
    await connect(anna, 1);
    await hears(watcher, anna, ['online']);
    const answers: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await lose();
      const until = performance.now() + QUICK_PRESENCE.settlingMs + SECOND_MS;
      await waitUntil('it has settled', async () => {
        const answer = await presence(ben.once, anna).catch(() => undefined);
        answers.push(answer?.status === 200 ? (answer.body.data[0]?.status ?? '') : String(answer?.status));
        return performance.now() > until;
      });
    }
    expect(answers.at(-1)).toBe('online');
    expect([...new Set(answers)].filter((one) => !['online', '503', '401'].includes(one))).toEqual([]);
    expect(told(watcher, anna)).not.toContain('offline');
    for (const socket of sockets.slice(1)) socket.close();
    await waitUntil('offline is told', () => told(watcher, anna).includes('offline'));
    expect(told(watcher, anna).at(-1)).toBe('offline');
  });

  it('answers 503 while Redis is away', async () => {
    await stack.redisServer.kill('SIGSTOP');
    const answers = await Promise.all([presence(anna.once, ben), anna.once.get('/presence/online')]);
    await stack.redisServer.kill('SIGCONT');
    for (const answer of answers) expect(answer.status).toBe(503);
    await isKnown();
  });
});
