import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { LimitWindows } from './limit-windows.service.js';
import { look, type WindowUse } from './rate-limit.scripts.js';
import { limitRules } from './rule.js';
import { kindOf, type Subject } from './subject.js';
import type { LimitWindow } from './window.js';

export type { WindowUse };

/** The limits of a subject, for administrators. The rules tell their names: nothing is searched for. */
@Injectable()
export class LimitInspector {
  constructor(
    private readonly windows: LimitWindows,
    @Inject(REDIS) private readonly redis: Redis,
    private readonly scripts: ScriptRunner,
  ) {}

  /** Every limit that is in force for it. */
  async look(subject: Subject): Promise<WindowUse[]> {
    const windows = this.windowsOf(subject);
    return windows.length === 0 ? [] : await this.scripts.run(look, windows);
  }

  /** Has all of them begin anew. */
  async forgive(subject: Subject): Promise<void> {
    const windows = this.windowsOf(subject);
    if (windows.length > 0) await this.redis.del(windows.map(({ key }) => key));
  }

  private windowsOf(subject: Subject): LimitWindow[] {
    return this.windows.of(
      subject,
      limitRules().filter((rule) => kindOf(rule) === subject.kind),
    );
  }
}
