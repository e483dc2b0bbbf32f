import { afterAll, expect, it } from '@jest/globals';
import { readdir, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { readTopic } from '../../src/events/events.scripts.js';
import { startRedis, type RedisStore } from '../../tools/lib/redis-store.mjs';
import { startTestRedis } from '../support/redis.js';
import { appendScript, roomKeys } from '../support/topics.js';
import { waitUntil } from '../support/wait-until.js';

const keys = roomKeys('global');
const APPEND_ONLY = ['--appendonly', 'yes', '--appendfsync', 'always'];
let restarted: RedisStore | undefined;
const store = await startTestRedis({ args: APPEND_ONLY });
afterAll(async () => {
  await restarted?.stop();
  await store.stop();
});

async function appendOnlyFile(): Promise<string> {
  const folder = path.join(store.server.dir, 'appendonlydir');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.incr.aof'));
  return path.join(folder, names.sort().at(-1) ?? '');
}

const append = async () => await store.scripts.run(appendScript, { keys, type: 'made', data: {} });

it('begins another epoch in a Redis that came back without its last events', async () => {
  await append();
  const { size } = await stat(await appendOnlyFile());
  await append();
  await append();
  const seen = await store.scripts.run(readTopic, { keys, seen: undefined, since: 0 });
  expect(seen.seq).toBe(3);

  await store.server.kill();
  await truncate(await appendOnlyFile(), size);
  const { dir, port } = store.server;
  restarted = await startRedis({ dir, port, durable: false, args: APPEND_ONLY });
  await waitUntil('the client is back', () => store.redis.status === 'ready');
  expect(await store.redis.hget(keys.topic, 'seq')).toBe('1');

  // More events than were lost: by its seq alone the topic would look as if it had only gone on.
  for (let count = 0; count < 3; count += 1) await append();
  const now = await store.scripts.run(readTopic, { keys, seen: undefined, since: seen.seq });
  expect(now.epoch).not.toBe(seen.epoch);
  expect(now.seq).toBe(3);
});
