import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { pidIn } from '../../tools/lib/pid-file.mjs';
import { freePort, isPortFree } from '../../tools/lib/ports.mjs';
import { isAlive } from '../../tools/lib/processes.mjs';
import { temporaryFolder } from '../../tools/lib/temp-folder.mjs';
import { ApiClient, PASSWORD } from '../support/api-client.js';
import { AppProcess } from '../support/app-process.js';
import { waitUntil } from '../support/wait-until.js';

const run = promisify(execFile);
const READY_MS = 100_000;
const READY = 'RediStack is ready at http://localhost:';

let dir: string;
let port: number;
let started: AppProcess | undefined;
beforeAll(async () => void (dir = await temporaryFolder('redistack-start-')));
afterAll(async () => {
  await started?.kill();
  await rm(dir, { recursive: true, force: true });
});

const environment = () => ({
  ...{ PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
  ...{ NODE_ENV: 'development', DATA_DIR: dir, PORT: String(port) },
  // Nobody's own stores, whatever a file `.env` says.
  ...{ REDIS_URL: '', DATABASE_URL: '', SMTP_URL: '', METRICS_PORT: '' },
});

/** `npm start` where nothing but Node.js is: it brings its own stores. */
async function start(): Promise<AppProcess> {
  // Below the ports that systems give to clients: until it listens, nobody else may get it.
  port = await freePort(20_000 + (process.pid % 10_000));
  const all = AppProcess.start('tools/start.mjs', environment());
  started = all;
  await waitUntil(
    'it says where it is',
    () => {
      if (!all.running) throw new Error(`It ended:\n${all.log}`);
      return all.log.includes(`${READY}${port}`);
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
const pidOf = async (name: string) => await pidIn(path.join(dir, `${name}.pid`));
const client = () => new ApiClient(`http://localhost:${port}`);
async function demoQuizzes(): Promise<object[]> {
  const author = await client().logIn('ada@redistack.example', 'redis-is-more-than-a-cache');
  return (await author.get<{ data: object[] }>('/quizzes?mine=true')).body.data;
}
const operate = async (tool: string, ...args: string[]) =>
  await run(process.execPath, [`tools/${tool}.mjs`, ...args], { env: environment() });

/** @returns tells which of the processes that run now still do, and which of the ports that it said are still taken */
async function whatIsThere({ log }: AppProcess): Promise<() => Promise<string[]>> {
  const pids = await Promise.all(['api', 'worker', 'mail'].map(pidOf));
  expect(pids).not.toContain(null);
  const said = log.slice(log.indexOf(READY)).matchAll(/(?:127\.0\.0\.1|localhost):(\d+)/g);
  const ports = [...new Set([...said].map(([, digits]) => Number(digits)))];
  expect(ports.length).toBeGreaterThanOrEqual(4);
  return async () => {
    const taken = await Promise.all(ports.map(async (one) => !(await isPortFree(one))));
    return [
      ...pids.filter((pid) => isAlive(Number(pid))).map((pid) => `process ${pid}`),
      ...ports.filter((_port, index) => taken[index]).map((one) => `port ${one}`),
    ];
  };
}

it(
  'brings all it needs, keeps it running, and stops it, losing nothing',
  async () => {
    const first = await start();
    const learner = await client().signUp();
    expect(await demoQuizzes()).toHaveLength(2);

    expect((await operate('queues', '--once')).stdout).toContain('submission.score');
    expect((await operate('boards', 'verify')).stderr).toContain('0 differences');
    expect((await operate('lifecycle', '--dry-run')).stderr).toContain('0 would be dormant');

    const killed = await pidOf('api');
    process.kill(Number(killed), 'SIGKILL');
    await waitUntil(
      'another API is ready',
      async () => ![killed, null].includes(await pidOf('api')) && (await isReady()),
      READY_MS,
    );

    const stillThere = await whatIsThere(first);
    expect(await first.kill('SIGTERM')).toBe(0);
    expect(first.log).toContain('api    │ ended (SIGKILL); starting it again');
    expect(first.log.trimEnd()).toMatch(/Stopped\.$/);
    expect(await stillThere()).toEqual([]);

    const second = await start();
    await client().logIn(learner.user.username, PASSWORD);
    expect(await demoQuizzes()).toHaveLength(2);
    const isThereNow = await whatIsThere(second);
    expect(await second.kill('SIGINT')).toBe(0);
    expect(await isThereNow()).toEqual([]);
  },
  5 * READY_MS,
);

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
