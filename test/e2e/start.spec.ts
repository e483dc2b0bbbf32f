import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort, isPortFree } from '../../tools/lib/ports.mjs';
import { ApiClient, PASSWORD } from '../support/api-client.js';
import { AppProcess } from '../support/app-process.js';
import { waitUntil } from '../support/wait-until.js';

const run = promisify(execFile);
const READY_MS = 100_000;

let dir: string;
let port: number;
let started: AppProcess | undefined;
beforeAll(async () => void (dir = await mkdtemp(path.join(tmpdir(), 'redistack-start-'))));
afterAll(async () => {
  await started?.kill();
  await rm(dir, { recursive: true, force: true });
});

const environment = () => ({
  ...{ PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
  ...{ NODE_ENV: 'development', DATA_DIR: dir, PORT: String(port) },
});

/** `npm start` where nothing but Node.js is: it brings its own stores. */
async function start(): Promise<AppProcess> {
  port = await freePort();
  const all = AppProcess.start('tools/start.mjs', environment());
  started = all;
  await waitUntil(
    'it says where it is',
    () => {
      if (!all.running) throw new Error(`It ended:\n${all.log}`);
      return all.log.includes(`RediStack is ready at http://localhost:${port}`);
    },
    READY_MS,
  );
  return all;
}

const isReady = async () =>
  await fetch(`http://localhost:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
const apiPid = async () =>
  (JSON.parse(await readFile(path.join(dir, 'api.pid'), 'utf8')) as { pid: number }).pid;
const client = () => new ApiClient(`http://localhost:${port}`);
async function demoQuizzes(): Promise<object[]> {
  const author = await client().logIn('ada@redistack.example', 'redis-is-more-than-a-cache');
  return (await author.get<{ data: object[] }>('/quizzes?mine=true')).body.data;
}
const operate = async (tool: string, ...args: string[]) =>
  await run(process.execPath, [`tools/${tool}.mjs`, ...args], { env: environment() });

/** Of the ports at which it said that something is: those that are still taken. */
async function left({ log }: AppProcess): Promise<number[]> {
  const said = log.matchAll(/(?:127\.0\.0\.1|localhost):(\d+)/g);
  const ports = [...new Set([...said].map(([, digits]) => Number(digits)))];
  expect(ports).toHaveLength(4);
  const free = await Promise.all(ports.map(async (one) => await isPortFree(one)));
  return ports.filter((_port, index) => !free[index]);
}

it('brings all it needs, keeps it running, and stops it, losing nothing', async () => {
  const first = await start();
  const learner = await client().signUp();
  expect(await demoQuizzes()).toHaveLength(2);

  expect((await operate('queues', '--once')).stdout).toContain('submission.score');
  expect((await operate('boards', 'verify')).stderr).toContain('0 differences');
  expect((await operate('lifecycle', '--dry-run')).stderr).toContain('0 would be dormant');

  const killed = await apiPid();
  process.kill(killed, 'SIGKILL');
  await waitUntil(
    'another API is ready',
    async () => (await apiPid()) !== killed && (await isReady()),
    READY_MS,
  );

  expect(await first.kill('SIGTERM')).toBe(0);
  expect(first.log).toContain('api    │ ended (SIGKILL); starting it again');
  expect(first.log.trimEnd()).toMatch(/Stopped\.$/);
  expect(await left(first)).toEqual([]);

  const second = await start();
  await client().logIn(learner.user.username, PASSWORD);
  expect(await demoQuizzes()).toHaveLength(2);
  expect(await second.kill('SIGINT')).toBe(0);
  expect(await left(second)).toEqual([]);
});

it('waits for a store that takes its time to end', async () => {
  const script = `
    import { exitOf, spawnApart, stopApart } from './tools/lib/processes.mjs';
    const where = { logFile: ${JSON.stringify(path.join(dir, 'slow.log'))}, cwd: '.' };
    const store = spawnApart('sleep', ['1'], where);
    await stopApart(store, [['SIGCONT', 100]]);
    await exitOf(store);
    console.log('ended');`;
  expect((await run(process.execPath, ['--input-type=module', '-e', script])).stdout).toBe('ended\n');
});
