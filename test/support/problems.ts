import { expect } from '@jest/globals';
import type { Answer } from './api-client.js';
import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

export interface ProblemView {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  traceId: string;
  errors?: { path: string; message: string }[];
}

/** What would tell a client of our code, database or Redis. */
const INSIDE =
  /node_modules|\/(src|build|dist|work|home|tmp)\/|\.[cm]?[jt]s:\d|\bat \S+ \(|prisma|postgres|ioredis|WRONGTYPE|NOSCRIPT|\bERR \b|SELECT |INSERT |UPDATE |violates|[A-Z]\w+Error\b/;

/** Nothing of this answer tells what is inside, and it is no failure of ours. */
export function expectNoLeak(answer: Answer<unknown>): void {
  expect(answer.text).not.toMatch(INSIDE);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.get('x-powered-by')).toBeNull();
}

/**
 * The answer is a whole problem (RFC 9457) with this status and code, and its `errors` name these paths.
 * @param path as sent, without query
 */
export function expectProblem(
  answer: Answer<unknown>,
  { status, code, paths = [] }: { status: number; code: string; paths?: string[] },
): void {
  expectNoLeak(answer);
  const { errors, ...problem } = answer.body as ProblemView;
  expect(answer.status).toBe(status);
  expect(problem).toEqual({
    type: expect.stringMatching(/^[a-z]+:\S+$/),
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(/\S/),
    instance: expect.stringMatching(/^\//),
    traceId: answer.headers.get('x-request-id'),
    status,
    code,
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  const named = (errors ?? []).map((error) => error.path);
  for (const path of paths) expect(named).toContain(path);
  for (const { message } of errors ?? []) expect(message).toMatch(/\S/);
}

const TABLES = [
  ...['users', 'sessions', 'quizzes', 'quiz_versions', 'submissions', 'attempt_counts'],
  ...['quiz_standings', 'ledger', 'idempotency_keys', 'outbox', 'imports', 'regrades'],
];

/** How many rows each table has, once workers have done what was promised: the same before and after what stores nothing. */
export async function rowCounts(stack: Stack): Promise<Record<string, number>> {
  if (stack.workers.some(({ running }) => running)) await untilNothingIsDue(stack);
  const counts = TABLES.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`);
  const [row] = await stack.sql<Record<string, number>>(`SELECT ${counts.join(', ')}`);
  return row ?? {};
}

async function untilNothingIsDue(stack: Stack): Promise<void> {
  await waitUntil('no promise is due', async () => {
    const due = await stack.sql('SELECT id FROM outbox WHERE due_at <= now() LIMIT 1');
    return due.length === 0;
  });
}
