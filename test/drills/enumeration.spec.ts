import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer } from '../support/api-client.js';
import { sayingOf, WRONG } from '../support/log-ins.js';
import { Stack } from '../support/stack.js';

/** Log-ins: half to addresses that somebody has. Each address once, so that no delay begins. */
const COUNT = 300;
const WARM_UP = 20;
/** Medians may differ by this much, or by a tenth when that is more. */
const ALLOWED_MS = 5;
const ALLOWED_SHARE = 0.1;
let stack: Stack;
let known: string[];

beforeAll(async () => {
  const env = { LIMIT_FORGOT: '100000/60', LIMIT_OTP: '100000/60' };
  stack = await Stack.start({ apis: 1, workers: 0, env });
  known = await addressesWithAccounts(COUNT / 2 + WARM_UP);
});
afterAll(async () => await stack.stop());

/** Accounts that all have the hash of one that signed up: hashing hundreds would take longer than the drill. */
async function addressesWithAccounts(count: number): Promise<string[]> {
  const { user } = await stack.client().signUp();
  const rows = await stack.sql<{ email: string }>(
    `INSERT INTO users (id, email, username, username_key, display_name, password_hash)
     SELECT gen_random_uuid(), name || '@example.org', name, name, name, (SELECT password_hash FROM users WHERE id = $2)
     FROM (SELECT 'known_' || n AS name FROM generate_series(1, $1::int) n) AS names RETURNING email`,
    [count, user.userId],
  );
  return rows.map((row) => row.email);
}

const strangers = (count: number) =>
  Array.from({ length: count }, () => `known_${randomUUID().slice(0, 8)}@example.org`);

interface Heard {
  medianMs: number;
  sayings: Set<string>;
}

/** Asks about each address in turn, known and unknown by turns, and keeps the times apart. */
async function compare(
  ask: (email: string) => Promise<Answer<unknown>>,
): Promise<{ known: Heard; unknown: Heard }> {
  const unknown = strangers(known.length);
  const times = { known: [] as number[], unknown: [] as number[] };
  const sayings = { known: new Set<string>(), unknown: new Set<string>() };
  for (const [index, email] of known.entries()) {
    const pair = [['known', email] as const, ['unknown', unknown[index] ?? ''] as const];
    for (const [kind, address] of index % 2 === 0 ? pair : pair.reverse()) {
      const startedAt = performance.now();
      const answer = await ask(address);
      if (index >= WARM_UP) times[kind].push(performance.now() - startedAt);
      sayings[kind].add(sayingOf(answer));
    }
  }
  return {
    known: { medianMs: median(times.known), sayings: sayings.known },
    unknown: { medianMs: median(times.unknown), sayings: sayings.unknown },
  };
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe.each<[string, number, (email: string) => Promise<Answer<unknown>>]>([
  [
    'log-ins',
    401,
    async (identifier) => await stack.client().post('/auth/login', { identifier, password: WRONG }),
  ],
  [
    'forgotten passwords',
    202,
    async (email) => await stack.client().post('/auth/password/forgot', { email }),
  ],
  ['codes', 202, async (email) => await stack.client().post('/auth/otp', { email, purpose: 'login' })],
])('%s', (what, status, ask) => {
  it(`say the same and take as long for known and unknown addresses (${COUNT} interleaved)`, async () => {
    const heard = await compare(ask);
    const { medianMs: a } = heard.known;
    const { medianMs: b } = heard.unknown;
    console.info(`${what}: median ${a.toFixed(2)} ms known, ${b.toFixed(2)} ms unknown, of ${COUNT}`);
    expect([...heard.unknown.sayings]).toEqual([...heard.known.sayings]);
    expect([...heard.known.sayings].map((saying) => saying.slice(0, 3))).toEqual([String(status)]);
    expect(Math.abs(a - b)).toBeLessThanOrEqual(Math.max(ALLOWED_MS, ALLOWED_SHARE * Math.max(a, b)));
  });
});
