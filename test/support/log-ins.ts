import type { Answer, ApiClient, Tokens } from './api-client.js';
import { PASSWORD } from './api-client.js';
import type { Stack } from './stack.js';

export const WRONG = 'not the password at all';

interface LogInOptions {
  password?: string;
  node?: number;
  deviceToken?: string | null | undefined;
}

/** One log-in, whatever comes of it. */
export async function tryLogIn(
  stack: Stack,
  identifier: string,
  { password = PASSWORD, node = 0, deviceToken }: LogInOptions = {},
): Promise<Answer<Tokens & { code?: string }>> {
  const headers: Record<string, string> = deviceToken ? { 'x-device-token': deviceToken } : {};
  return await stack.client(node).post('/auth/login', { identifier, password }, headers);
}

/** Log-ins with a wrong password, one after the other; the status of each. */
export async function failLogIns(
  stack: Stack,
  identifier: string,
  count: number,
  options: LogInOptions = {},
): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1)
    statuses.push((await tryLogIn(stack, identifier, { password: WRONG, ...options })).status);
  return statuses;
}

/** As if every delay that is in force had passed; failures stay counted. */
export async function passDelays(stack: Stack): Promise<void> {
  for (const key of await stack.redis.keys('rs:{login:*}:attempts')) {
    for (const [counter, json] of Object.entries(await stack.redis.hgetall(key))) {
      const state = { ...(JSON.parse(json) as object), lockedUntil: 0 };
      await stack.redis.hset(key, counter, JSON.stringify(state));
    }
  }
}

/** What an answer says, without what differs from one request to the next. */
export function sayingOf({ status, text, headers }: Answer<unknown>): string {
  const body = text.replace(/"traceId":"[^"]*"/, '');
  return `${status} ${headers.get('retry-after') ?? '-'} ${body}`;
}

/** The actions in the audit log of an account, oldest first. */
export async function auditOf(stack: Stack, { user }: ApiClient): Promise<string[]> {
  const rows = await stack.sql<{ action: string }>(
    'SELECT action FROM audit_log WHERE user_id = $1 ORDER BY id',
    [user.userId],
  );
  return rows.map((row) => row.action);
}
