import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { luaScript } from '../../src/redis/lua-script.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.lua'))
  .map((name) => path.resolve('src', name));
const text = (file: string) => readFileSync(file, 'utf8');

const included = new Set(
  files.flatMap((file) =>
    [...text(file).matchAll(/^-- @include (\S+)$/gm)].map(([, name]) =>
      path.resolve(path.dirname(file), name ?? ''),
    ),
  ),
);
const scripts = files.filter((file) => !included.has(file)).map((file) => path.relative('.', file));

describe('every Lua script', () => {
  let redis: TestRedis;
  beforeAll(async () => void (redis = await startTestRedis()));
  afterAll(async () => await redis.stop());

  it.each(scripts)('%s compiles', async (file) => {
    const { source, sha } = luaScript({
      url: pathToFileURL(file),
      keys: () => [],
      args: () => [],
      reply: (raw) => raw,
    });
    await expect(redis.redis.script('LOAD', source)).resolves.toBe(sha);
  });

  it.each(scripts)('%s opens with its purpose, KEYS, ARGV and Reply', (file) => {
    const header = /^(--.*\n)+/.exec(text(file))?.[0] ?? '';
    expect(header).toMatch(/^-- [A-Z]/);
    for (const part of ['KEYS', 'ARGV', 'Reply']) expect(header).toMatch(new RegExp(`^-- ${part}\\b`, 'm'));
  });

  it('reads the clock of Redis, never one of its own', () => {
    expect(files.filter((file) => /\bos\.(time|clock|date)\b/.test(text(file)))).toEqual([]);
  });
});
