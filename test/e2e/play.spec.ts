import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { ADMIN, Stack } from '../support/stack.js';

interface Summary {
  agrees: boolean;
  learners: number;
  quizzes: number;
  accepted: number;
  scored: number;
  gift: { accepted: number; rejected: object[] };
  top: object[];
  checks: { differences: unknown[] }[];
}

let stack: Stack;
beforeAll(async () => void (stack = await Stack.start({ apis: 2, workers: 1 })));
afterAll(async () => await stack.stop());

const play = async (...args: string[]) =>
  await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const sent = ['tools/play.mjs', '--json', '--url', stack.url(), ...args];
    execFile(process.execPath, sent, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

it('plays a class of six on five quizzes, after which everything agrees', async () => {
  const { code, stdout, stderr } = await play(
    ...['--learners', '6', '--quizzes', '5', '--gift', 'examples/redis-basics.gift'],
    ...['--author', ADMIN.email, '--password', ADMIN.password, '--seed', '7'],
  );
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const summary = JSON.parse(stdout) as Summary;
  expect(summary).toMatchObject({
    ...{ agrees: true, learners: 6, quizzes: 5, accepted: 30, scored: 30 },
    gift: { accepted: expect.any(Number), rejected: [] },
  });
  expect(summary.checks.length).toBeGreaterThan(0);
  for (const { differences } of summary.checks) expect(differences).toEqual([]);
  expect(summary.top.length).toBeGreaterThan(0);
});

it('says by its exit code that it could not play', async () => {
  const wrongPassword = await play('--author', ADMIN.email, '--password', 'not the password');
  expect([wrongPassword.code, wrongPassword.stdout]).toEqual([1, '']);
  expect((await play('--learners', 'many')).code).toBe(2);
});
