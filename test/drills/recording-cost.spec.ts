import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { IS_WHOLE, sized } from '../support/drill.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

/** The short form only shows that it can be measured: with so few requests the figures are noise. */
const REQUESTS = sized({ short: 240, whole: 40_000 });
const MOST = 1.05;
const CLIENTS = 8;
const PAIRS = 15;
/** Of one half of a pair, by one client. */
const BLOCK = Math.ceil(REQUESTS / (2 * PAIRS * CLIENTS));
const HOUR_MS = 3_600_000;

/** Whether anything is recorded; all else is the same. */
const [RECORDED, UNRECORDED] = [{ dnt: '0' }, { dnt: '1' }];

let stack: Stack;
const clients: ApiClient[] = [];

beforeAll(async () => {
  stack = await Stack.start({ workers: 0, env: { LIMIT_USER: '1000000/60', ACCESS_TOKEN_TTL_SEC: '3600' } });
  while (clients.length < CLIENTS) clients.push(await stack.client().signUp());
}, HOUR_MS);
afterAll(async () => await stack.stop());

/** How long a block takes, in ms a request. */
async function block(headers: Record<string, string>): Promise<number> {
  const begun = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let left = BLOCK; left > 0; left -= 1) expect((await client.get('/me', headers)).status).toBe(200);
    }),
  );
  return (performance.now() - begun) / (BLOCK * CLIENTS);
}

/** Both halves in turns, the other one first each time. */
async function pair(number: number): Promise<{ recorded: number; unrecorded: number }> {
  if (number % 2 === 0) return { recorded: await block(RECORDED), unrecorded: await block(UNRECORDED) };
  const unrecorded = await block(UNRECORDED);
  return { recorded: await block(RECORDED), unrecorded };
}

const median = (values: number[]) => values.sort((one, other) => one - other)[values.length >> 1] ?? NaN;

it(
  'recording what people do adds next to nothing to a request',
  async () => {
    for (let warmUp = 0; warmUp < 2; warmUp += 1) await pair(warmUp);
    const pairs = [];
    for (let number = 0; number < PAIRS; number += 1) pairs.push(await pair(number));
    const ratio = median(pairs.map(({ recorded, unrecorded }) => recorded / unrecorded));
    const [withMs, withoutMs] = [
      median(pairs.map((one) => one.recorded)),
      median(pairs.map((one) => one.unrecorded)),
    ];
    console.info(
      `GET /me by ${CLIENTS} clients, ${PAIRS} pairs of ${BLOCK * CLIENTS}: ${withMs.toFixed(3)} ms a request with recording, ` +
        `${withoutMs.toFixed(3)} ms without; median of the ratios ${ratio.toFixed(3)}`,
    );
    // It was recording that was measured.
    const admin = await stack.admin();
    await waitUntil('all clients are counted', async () => {
      const { body } = await admin.get<{ daily: number }>('/analytics/active-users');
      return body.daily >= CLIENTS;
    });
    if (IS_WHOLE) expect(ratio).toBeLessThanOrEqual(MOST);
  },
  HOUR_MS,
);
