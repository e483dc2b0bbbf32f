import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/common/id.js';
import type { ApiClient } from '../support/api-client.js';
import { sized } from '../support/drill.js';
import { publishQuiz, trueFalse } from '../support/quizzes.js';
import { SmtpScript } from '../support/smtp-script.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const FANS = sized({ short: 60, whole: 240 });
const RESETS = sized({ short: 60, whole: 240 });
const IMPORTS = sized({ short: 5, whole: 20 });
const FLUSHES = 4;
const QUESTIONS = 1_001;

let stack: Stack;
let server: SmtpScript;
let authors: ApiClient[];

const addresses = (name: string, count: number) =>
  Array.from({ length: count }, (_none, n) => `ok.${name}${n}@example.org`);
const addUsers = async (emails: string[]) =>
  await stack.sql(
    `INSERT INTO users (id, email, email_verified_at, username, username_key, display_name, password_hash)
     SELECT id, email, now(), 'u' || left(md5(email), 12), 'u' || left(md5(email), 12), email, 'none'
     FROM unnest($1::uuid[], $2::text[]) AS one (id, email)`,
    [emails.map(newId), emails],
  );

beforeAll(async () => {
  server = await SmtpScript.start();
  stack = await Stack.start({
    ...{ apis: 1, workers: 2 },
    env: { SMTP_URL: server.url, LIMIT_FORGOT: '100000/60' },
  });
  authors = [];
  for (let count = 0; count < Math.ceil(IMPORTS / 5); count += 1) authors.push(await stack.author());
}, 120_000);
afterAll(async () => {
  await stack.stop();
  await server.stop();
});

const file = (name: string) =>
  Array.from({ length: QUESTIONS }, (_none, n) => `Question ${n} of ${name} {=yes ~no}`).join('\n\n');
const left = async () => (await stack.sql('SELECT 1 FROM outbox')).length;

describe(`Redis emptied ${FLUSHES} times with ${FANS} notifications, their mails, ${RESETS} other mails and ${IMPORTS} imports on their way`, () => {
  it('lets each arrive once', async () => {
    const [author] = authors as [ApiClient];
    const [fans, forgetful] = [addresses('fan', FANS), addresses('forgot', RESETS)];
    await addUsers([...fans, ...forgetful]);
    await stack.sql(
      `INSERT INTO follows (follower_id, followee_id) SELECT id, $1 FROM users WHERE email = ANY($2)`,
      [author.user.userId, fans],
    );
    await stack.sql(
      `INSERT INTO notification_preferences SELECT id, 'quiz_published', true, true FROM users WHERE email = ANY($1)`,
      [fans],
    );
    await Promise.all(stack.workers.map(async (worker) => await worker.kill('SIGSTOP')));
    for (const email of forgetful)
      expect((await stack.client().post('/auth/password/forgot', { email })).status).toBe(202);
    for (let n = 0; n < IMPORTS; n += 1) {
      const by = authors[n % authors.length] as ApiClient;
      expect((await by.post('/quizzes/import?quizSize=100', file(`file ${n}`))).status).toBe(202);
    }
    const { id } = await publishQuiz(author, trueFalse(1));
    await Promise.all(stack.workers.map(async (worker) => await worker.kill('SIGCONT')));

    for (let flush = 0; flush < FLUSHES; flush += 1) {
      await sleep(300 + Math.random() * 1_500);
      await stack.redis.flushall();
    }
    const mailsDue = async () =>
      await stack.sql(`UPDATE outbox SET due_at = now() - interval '10 seconds'
        WHERE queue = 'mail.send' AND id IN (SELECT id FROM outbox FOR UPDATE SKIP LOCKED)`);
    await waitUntil(
      'all is done',
      async () => {
        await mailsDue();
        const imports = await stack.sql('SELECT 1 FROM imports WHERE finished_at IS NULL');
        return (await left()) === 0 && imports.length === 0;
      },
      120_000,
    );

    const counts = (emails: string[]) => emails.map((email) => server.taken.get(email)?.length ?? 0);
    expect(counts(forgetful)).toEqual(forgetful.map(() => 1));
    expect(counts(fans)).toEqual(fans.map(() => 1));
    const [told] = await stack.sql(
      `SELECT count(*)::int AS all, count(DISTINCT user_id)::int AS users FROM notifications
       WHERE kind = 'quiz_published' AND occasion = $1`,
      [id],
    );
    expect(told).toEqual({ all: FANS, users: FANS });
    const [imported] = await stack.sql(
      `SELECT (SELECT count(*)::int FROM imports WHERE status = 'done') AS done,
              (SELECT sum(question_count)::int FROM quizzes WHERE id <> $1) AS questions`,
      [id],
    );
    expect(imported).toEqual({ done: IMPORTS, questions: IMPORTS * QUESTIONS });
    expect(await stack.unknownKeys()).toEqual([]);
  }, 240_000);
});
