import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ownerOf, type Key } from './key.js';
import type { LuaArgument, LuaScript } from './lua-script.js';
import { REDIS } from './redis.tokens.js';

/** A script with its input, to be run together with others. */
export interface Call<Reply> {
  name: string;
  source: string;
  sha: string;
  keys: Key[];
  args: LuaArgument[];
  parse: (raw: unknown) => Reply;
}

/** Binds a script to its input. @throws Error when its keys belong to two owners (they would be on two shards) */
export function call<Input, Reply>(script: LuaScript<Input, Reply>, input: Input): Call<Reply> {
  const keys = script.keys(input);
  const owners = new Set(keys.map(ownerOf));
  if (owners.size !== 1)
    throw new Error(`${script.name} must touch one owner, not ${[...owners].join(', ') || 'none'}`);
  return { ...script, keys, args: script.args(input), parse: (raw) => script.reply(raw, input) };
}

const isMissing = (error: unknown) => error instanceof Error && error.message.startsWith('NOSCRIPT');

/** Runs Lua scripts by SHA, and by source where Redis does not know them (new, restarted or flushed). */
@Injectable()
export class ScriptRunner {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  async run<Input, Reply>(script: LuaScript<Input, Reply>, input: Input): Promise<Reply> {
    const bound = call(script, input);
    try {
      return bound.parse(
        await this.redis.evalsha(bound.sha, bound.keys.length, ...bound.keys, ...bound.args),
      );
    } catch (error) {
      if (!isMissing(error)) throw error;
      return await this.runSource(bound);
    }
  }

  /** Runs many scripts, of any owners, in one round trip; each is atomic, the whole is not. Throws the first error. */
  async runAll<Reply>(calls: Call<Reply>[]): Promise<Reply[]> {
    if (calls.length === 0) return [];
    const pipeline = this.redis.pipeline();
    for (const one of calls) pipeline.evalsha(one.sha, one.keys.length, ...one.keys, ...one.args);
    const replies = (await pipeline.exec()) ?? [];
    return await Promise.all(
      calls.map(async (one, index) => {
        const [error, raw] = replies[index] ?? [new Error(`${one.name} got no reply`), undefined];
        if (error && isMissing(error)) return await this.runSource(one);
        if (error) throw error;
        return one.parse(raw);
      }),
    );
  }

  private async runSource<Reply>(one: Call<Reply>): Promise<Reply> {
    return one.parse(await this.redis.eval(one.source, one.keys.length, ...one.keys, ...one.args));
  }
}
