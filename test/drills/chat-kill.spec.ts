import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentiles } from '../../tools/play/percentiles.mjs';
import { openGroup, type MessageView } from '../support/chats.js';
import { sized } from '../support/drill.js';
import { Follower, type Taken } from '../support/follower.js';
import { Stack } from '../support/stack.js';
import { signUpMany } from '../support/storm.js';
import { Talk } from '../support/talk.js';
import { waitUntil } from '../support/wait-until.js';

const COUNT = sized({ short: 400, whole: 2_000 });
/** Of these, each member's first is not measured. */
const UNDISTURBED = COUNT / 4;
const NODES = 3;
const MEMBERS = 20;
const GROUPS = 5;
const IN_A_GROUP = 8;
const MEASURED = UNDISTURBED - MEMBERS;
const KILLED = 1;
const HOUR_MS = 3_600_000;

let stack: Stack;
let talk: Talk;
let members: Follower[];
let groups: { id: string; members: Follower[] }[];

beforeAll(async () => {
  stack = await Stack.start({
    ...{ apis: NODES, workers: 1 },
    env: { LIMIT_MESSAGE: '1000000/60', LIMIT_SOCKET: '100000/4' },
  });
  talk = new Talk(stack);
  const clients = await signUpMany(stack, MEMBERS);
  members = clients.map((client) => new Follower(client, []));
  groups = [];
  // Everybody is in two of them.
  for (let group = 0; group < GROUPS; group += 1) {
    const inIt = members.filter((_one, at) => at % GROUPS === group || (at + 1) % GROUPS === group);
    const [owner, ...others] = inIt.map(({ client }) => client);
    if (!owner) throw new Error('A group needs an owner');
    groups.push({ id: await openGroup(owner, others, `Group ${group}`), members: inIt });
  }
  for (const { id, members: inIt } of groups) for (const one of inIt) one.taken.set(topicOf(id), []);
  await Promise.all(
    members.map(async (one, at) => {
      await one.connect(stack.url(at % NODES));
      one.onLost = () => void one.connect(stack.url((KILLED + 1 + (at % 2)) % NODES));
    }),
  );
}, HOUR_MS);
afterAll(async () => {
  for (const one of members) one.close();
  await stack.stop();
});

const topicOf = (id: string) => `conversation:${id}`;
const upTo = (count: number) => Array.from({ length: count }, (_none, n) => n + 1);
const wantsToBeCareful = (at: number) => at % 10 === 0;

/** Messages `from` up to `until` of the talk: each member has one under way at a time. */
async function say(from: number, until: number, pauseMs: () => number, done = () => {}): Promise<void> {
  await Promise.all(
    members.map(async (member, place) => {
      const own = groups.filter((group) => group.members.includes(member));
      for (let at = from + place; at < until; at += MEMBERS) {
        await sleep(pauseMs());
        const said = { at, member, conversationId: own[Math.floor(at / MEMBERS) % 2]?.id ?? '' };
        const first = await talk.say(said);
        // As after an answer that was lost on its way.
        if (wantsToBeCareful(at)) expect(await talk.say(said)).toEqual(first);
        done();
      }
    }),
  );
}

/** How long after it was sent, for what is measured. */
function tookMs({ data, atMs }: Taken): number[] {
  const sent = talk.sent.get(String(data['clientMessageId']));
  return !sent || sent.at < MEMBERS ? [] : [atMs - sent.atMs];
}

async function untilAllHaveAll(): Promise<void> {
  const counts = await stack.sql<{ id: string; seq: number }>(
    'SELECT id, seq::int AS seq FROM conversations',
  );
  const last = new Map(counts.map(({ id, seq }) => [topicOf(id), seq]));
  await waitUntil(
    'everybody has caught up',
    () =>
      members.every(({ taken }) =>
        [...taken].every(([topic, { length }]) => length >= (last.get(topic) ?? 0)),
      ),
    30_000,
  );
}

/** All of a conversation, page by page, as who comes back from far away reads it. */
async function history(id: string, reader: Follower): Promise<MessageView[]> {
  const all: MessageView[] = [];
  for (let hasMore = true; hasMore;) {
    const path = `/conversations/${id}/messages?limit=100&after=${all.at(-1)?.seq ?? 0}`;
    const { body } = await reader.client.get<{ data: MessageView[]; page: { hasMore: boolean } }>(path);
    all.push(...body.data);
    hasMore = body.page.hasMore;
  }
  return all;
}

it(
  'tells members of a message at once while nothing is amiss',
  async () => {
    await say(0, UNDISTURBED, () => 100 + Math.random() * 300);
    await untilAllHaveAll();
    const found = percentiles(members.flatMap(({ taken }) => [...taken.values()].flat().flatMap(tookMs)));
    if (!found) throw new Error('Nothing was received');
    // How fast depends on the machine: what was seen is printed, and judged by whoever drills.
    const { count, p50, p99, max } = found;
    console.info(
      `${MEASURED} messages, received ${count} times: after ${p50.toFixed(0)} ms in the middle, ${p99.toFixed(0)} ms at p99, ` +
        `${max.toFixed(0)} ms at most`,
    );
    expect(count).toBe(MEASURED * IN_A_GROUP);
  },
  HOUR_MS,
);

it(
  `brings ${COUNT} messages to every member once and in order, while a node and Redis are killed`,
  async () => {
    const inThe = (share: number) => Math.round(UNDISTURBED + share * (COUNT - UNDISTURBED));
    const moves: Promise<void>[] = [];
    const plan = new Map<number, () => Promise<void>>([
      [
        inThe(0.2),
        async () => {
          await stack.apis[KILLED]?.kill('SIGKILL');
          stack.startApi(KILLED);
        },
      ],
      [inThe(0.5), async () => await stack.restartRedis()],
      [
        inThe(0.8),
        async () => {
          await stack.untilReady(KILLED);
          await Promise.all(members.slice(0, 6).map(async (one) => await one.connect(stack.url(KILLED))));
        },
      ],
    ]);
    let said = UNDISTURBED;
    await say(
      UNDISTURBED,
      COUNT,
      () => Math.random() * 20,
      () => {
        const move = plan.get((said += 1));
        if (move) moves.push(move());
      },
    );
    await Promise.all(moves);
    expect(moves).toHaveLength(plan.size);
    expect(talk.acknowledged.size).toBe(COUNT);
    // Who was at the node that was killed had something under way.
    expect(talk.lost).toBeGreaterThan(0);
    await untilAllHaveAll();

    expect(members.flatMap(({ wrong }) => wrong)).toEqual([]);
    let stored = 0;
    for (const { id, members: inIt } of groups) {
      const rows = await stack.sql<{ id: string; seq: number; said: string }>(
        `SELECT m.id, e.seq::int AS seq, client_message_id AS said FROM conversation_events e JOIN messages m ON m.id = message_id
         WHERE e.conversation_id = $1 ORDER BY e.seq`,
        [id],
      );
      stored += rows.length;
      expect(rows.map(({ seq }) => seq)).toEqual(upTo(rows.length));
      for (const row of rows)
        expect(talk.acknowledged.get(row.said)).toMatchObject({ id: row.id, seq: row.seq });
      const ids = rows.map((row) => row.id);
      for (const one of inIt)
        expect(one.taken.get(topicOf(id))?.map(({ seq, data }) => [seq, data['id']])).toEqual(
          rows.map((row) => [row.seq, row.id]),
        );
      expect((await history(id, inIt[0] as Follower)).map((message) => message.id)).toEqual(ids);
    }
    expect(stored).toBe(COUNT);
    console.info(`${COUNT} messages, ${talk.lost} answers lost on the way`);
  },
  HOUR_MS,
);
