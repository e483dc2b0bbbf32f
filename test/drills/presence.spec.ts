import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '../../src/common/as-error.js';
import { parseNotice } from '../../src/events/event-envelope.js';
import type { Presence } from '../../src/presence/presence.dto.js';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { sized } from '../support/drill.js';
import { LiveClient } from '../support/live-client.js';
import { randomFrom } from '../support/random.js';
import { QUICK_PRESENCE, quickly } from '../support/quickly.js';
import { Stack } from '../support/stack.js';
import { signUpMany } from '../support/storm.js';
import { waitUntil } from '../support/wait-until.js';

const OPERATIONS = sized({ short: 200, whole: 3_000 });
const KILLS = sized({ short: 2, whole: 20 });
const SEED = Number(process.env['DRILL_SEED'] ?? Date.now() % 100_000);
const USERS = 20;
const NODES = 3;
const AT_ONCE = 4;
const HOUR_MS = 3_600_000;
/** A lease is written right after its connection came or went; a busy machine takes its time. */
const WRITTEN_MS = 2_000;
const DEAD_MS = QUICK_PRESENCE.leaseMs + 3_000;

/** A connection, by the clock of the test. */
interface Tab {
  client: ApiClient;
  node: number;
  socket: LiveClient;
  since: number;
  /** Before it was told to end, so that it is never taken for alive when it is not. */
  endedAt?: number;
  /** Infinity as long as it is there. */
  goneBy: number;
  killed: boolean;
}

const random = randomFrom(SEED);
const tabs: Tab[] = [];
const wrong: string[] = [];
const told = new Map<string, string[]>();
const up = new Set(Array.from({ length: NODES }, (_, node) => node));
const restarts: Promise<void>[] = [];
let samples = 0;
let stack: Stack;
let ear: Redis;
let users: ApiClient[];
let observer: ApiClient;

const idOf = ({ user }: ApiClient) => user.userId;
const live = () => tabs.filter(({ endedAt }) => endedAt === undefined);

beforeAll(async () => {
  stack = await Stack.start({ apis: NODES, workers: 2, env: quickly() });
  [observer, ...users] = (await signUpMany(stack, USERS + 1)) as [ApiClient, ...ApiClient[]];
  await stack.sql('INSERT INTO follows (follower_id, followee_id) SELECT $1, unnest($2::uuid[])', [
    idOf(observer),
    users.map(idOf),
  ]);
  ear = new Redis(stack.redisServer.url);
  ear.on('pmessage', (_pattern: string, _channel: string, message: string) => {
    const notice = parseNotice(message);
    if (notice?.type !== 'presence.changed') return;
    const { userId, status } = JSON.parse(notice.data ?? '') as Presence;
    told.set(userId, [...(told.get(userId) ?? []), status]);
  });
  await ear.psubscribe(keys.events.presenceStream('*'));
  await waitUntil('presence is known', async () => (await look(0)) !== undefined);
}, HOUR_MS);
afterAll(async () => {
  ear.disconnect();
  for (const { socket } of tabs) socket.close();
  await stack.stop();
});

async function look(node: number): Promise<Presence[] | undefined> {
  const path = `/presence?userIds=${users.map(idOf).join(',')}`;
  const answer = await observer.at(stack.url(node)).get<{ data: Presence[] }>(path);
  return answer.status === 200 ? answer.body.data : undefined;
}

/** Looks at everybody, and holds what is shown against what was so all the time from the question to the answer. */
async function sample(): Promise<Presence[]> {
  const node = random.of([...up]);
  const askedAt = performance.now();
  const shown = await look(node).catch(() => undefined);
  const answeredAt = performance.now();
  if (!shown) {
    if (up.has(node)) wrong.push(`node ${node} did not answer`);
    return [];
  }
  samples += 1;
  for (const { userId, status } of shown) {
    const own = tabs.filter(({ client }) => idOf(client) === userId);
    const isThere = own.some(
      ({ since, endedAt = Infinity }) => since + WRITTEN_MS < askedAt && endedAt > answeredAt,
    );
    const isGone = own.every(({ goneBy }) => goneBy < askedAt);
    if (isThere && status === 'offline') wrong.push(`${userId} is shown offline and is there`);
    if (isGone && status !== 'offline') wrong.push(`${userId} is shown ${status} and is gone`);
  }
  return shown;
}

async function connect(): Promise<void> {
  const [client, node] = [random.of(users), random.of([...up])];
  const socket = await LiveClient.connect(stack.url(node), client);
  tabs.push({ client, node, socket, since: performance.now(), goneBy: Infinity, killed: false });
}

const disconnect = (tab: Tab): void => {
  tab.endedAt = performance.now();
  tab.goneBy = tab.endedAt + WRITTEN_MS;
  tab.socket.close();
};

/** Unless it is closed meanwhile. */
async function setStatus(tab: Tab): Promise<void> {
  const answer = tab.socket.send('presence.set', { status: random.of(['online', 'away']) });
  const error = await answer.then(({ ok }) => (ok ? undefined : new Error('It was refused')), asError);
  if (error && tab.endedAt === undefined) throw error;
}

async function operate(): Promise<void> {
  const open = live();
  const tab = open.length > 0 ? random.of(open) : undefined;
  if (!tab || (open.length < USERS && random.chance(0.55))) await connect();
  else if (random.chance(0.8)) disconnect(tab);
  else await setStatus(tab);
}

async function killOne(): Promise<void> {
  const node = random.of([...up]);
  up.delete(node);
  const now = performance.now();
  // Those that left a moment ago, too: the node may die before it has written that.
  for (const tab of tabs.filter((one) => one.node === node && one.goneBy > now)) {
    tab.endedAt ??= now;
    tab.goneBy = now + DEAD_MS;
    tab.killed = true;
  }
  await stack.apis[node]?.kill('SIGKILL');
  restarts.push(
    (async () => {
      stack.startApi(node);
      await stack.untilReady(node);
      up.add(node);
    })(),
  );
}

/** All operations, and then until everybody must be offline, whoever was connected to a node that was killed, too. */
async function drive(): Promise<void> {
  const killEvery = Math.ceil((OPERATIONS * 0.7) / KILLS);
  for (let done = 0; done < OPERATIONS; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, operate));
    const isDue = done > 0 && Math.floor(done / killEvery) > Math.floor((done - AT_ONCE) / killEvery);
    if (isDue && up.size > 1) await killOne();
  }
  await Promise.all(restarts);
  live().forEach(disconnect);
  const goneBy = Math.max(...tabs.map((tab) => tab.goneBy));
  await waitUntil('all are gone', () => performance.now() > goneBy + 500, 2 * DEAD_MS);
}

describe(`${USERS} users at ${NODES} nodes, ${OPERATIONS} connects and disconnects, ${KILLS} kills (seed ${SEED})`, () => {
  it(
    'are never shown offline while they are there, nor online long after they were',
    async () => {
      const over = new AbortController();
      const sampling = (async () => {
        while (!over.signal.aborted) {
          await sample();
          await sleep(25);
        }
      })();
      await drive().finally(() => over.abort());
      await sampling;
      const shown = await sample();

      expect(wrong).toEqual([]);
      expect(shown.map(({ status }) => status)).toEqual(users.map(() => 'offline'));
      expect(tabs.some(({ killed }) => killed)).toBe(true);
      // Told once: no two in a row are the same, and the last is that everybody left.
      for (const statuses of told.values()) {
        expect(statuses.filter((status, index) => status === statuses[index - 1])).toEqual([]);
        expect(statuses.at(-1)).toBe('offline');
      }
      console.info(
        `${tabs.length} connections, ${tabs.filter(({ killed }) => killed).length} ended by kills, ` +
          `${samples} looks, ${[...told.values()].flat().length} changes told`,
      );
    },
    HOUR_MS,
  );
});
