import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Key } from './key.js';

export type LuaArgument = string | number;

/** One `.lua` file, with its keys, arguments and reply named once. */
export interface LuaScript<Input, Reply> {
  name: string;
  source: string;
  sha: string;
  keys: (input: Input) => Key[];
  args: (input: Input) => LuaArgument[];
  reply: (raw: unknown, input: Input) => Reply;
}

/**
 * Describes a script file. A line `-- @include ./other.lua` is replaced by that file.
 * @param spec.url where the file is: `new URL('./lua/x.lua', import.meta.url)`
 * @param spec.reply turns what Redis answers into a typed value
 */
export function luaScript<Input, Reply>(
  spec: { url: URL } & Pick<LuaScript<Input, Reply>, 'keys' | 'args' | 'reply'>,
): LuaScript<Input, Reply> {
  const source = load(spec.url);
  return {
    name: spec.url.pathname.split('/').slice(-3).join('/'),
    source,
    sha: createHash('sha1').update(source).digest('hex'),
    keys: spec.keys,
    args: spec.args,
    reply: spec.reply,
  };
}

const load = (url: URL): string =>
  readFileSync(url, 'utf8').replaceAll(/^-- @include (\S+)$/gm, (_line, path: string) =>
    load(new URL(path, url)),
  );
