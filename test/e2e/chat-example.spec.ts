import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

/** The example in a terminal of its own. */
class Terminal {
  said = '';
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly over: Promise<unknown>;

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, ['examples/chat.mjs', ...args], {
      env: { ...process.env, URL: stack.url() },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const output of [this.child.stdout, this.child.stderr])
      output.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.over = new Promise((resolve) => this.child.once('exit', resolve));
  }

  type(text: string): void {
    this.child.stdin.write(`${text}\n`);
  }

  async shows(text: string): Promise<void> {
    await waitUntil(`it says "${text}"`, () => this.said.includes(text), 30_000).catch(() => {
      throw new Error(`"${text}" was not among:\n${this.said}`);
    });
  }

  /** As Ctrl-D does: what was typed is sent first. @returns the exit code */
  async close(): Promise<unknown> {
    this.child.stdin.end();
    return await this.over;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

let stack: Stack;
const terminals: Terminal[] = [];
const open = (...args: string[]) => {
  const terminal = new Terminal(...args);
  terminals.push(terminal);
  return terminal;
};

beforeAll(async () => void (stack = await Stack.start({ apis: 1, workers: 1 })));
afterAll(async () => {
  for (const terminal of terminals) terminal.kill();
  await stack.stop();
});

it('brings each message once and in order, also what was written while the server was away', async () => {
  const anna = open('anna');
  await anna.shows('Waiting for somebody');
  const id = /Your id: (\S+)/.exec(anna.said)?.[1] ?? '';
  const ben = open('ben', id);
  for (const one of [ben, anna]) await one.shows('You can write now');
  ben.type('hello');
  await anna.shows('partner: hello');
  anna.type('hello, too');
  await ben.shows('partner: hello, too');

  await stack.apis[0]?.kill('SIGKILL');
  await ben.shows('trying again');
  ben.type('are you there?');
  ben.type('still here');
  stack.startApi(0);
  await anna.shows('partner: still here');
  await ben.shows('you: still here');
  expect(anna.said.match(/^(partner|you): .*/gm)).toEqual([
    ...['partner: hello', 'you: hello, too', 'partner: are you there?', 'partner: still here'],
  ]);
  expect([await anna.close(), await ben.close()]).toEqual([0, 0]);
});

it('says what is wrong, and ends', async () => {
  const stranger = open('cleo', '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4');
  await stranger.shows('No conversation');
  expect(await stranger.close()).toBe(1);
});
