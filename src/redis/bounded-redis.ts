import { Redis, type Command, type RedisOptions } from 'ioredis';

const TICK_MS = 50;

interface Waiting {
  command: Command;
  untilTick: number;
}

/**
 * A connection whose commands fail when Redis has not answered in time. A timer for each command would also fail them
 * when it is this process that was busy, with the answers there and not yet read: timers run before sockets. So time is
 * counted in ticks, of which a busy moment takes one, however long it is, and each leaves room to read answers.
 */
export class BoundedRedis extends Redis {
  private readonly waiting: Waiting[] = [];
  private readonly patienceTicks: number;
  private tick = 0;
  private clock: NodeJS.Timeout | undefined;

  constructor(
    url: string,
    { commandTimeout, ...options }: RedisOptions & { replyMapping?: 'legacy'; commandTimeout: number },
  ) {
    super(url, options);
    this.patienceTicks = Math.ceil(commandTimeout / TICK_MS);
  }

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(command, stream);
    if (!command.isSettled) {
      this.waiting.push({ command, untilTick: this.tick + this.patienceTicks });
      this.clock ??= setInterval(() => this.look(), TICK_MS).unref();
    }
    return answer;
  }

  private look(): void {
    this.tick += 1;
    let done = 0;
    for (const { command, untilTick } of this.waiting) {
      if (!command.isSettled) {
        if (untilTick > this.tick) break;
        command.reject(new Error('Command timed out'));
      }
      done += 1;
    }
    this.waiting.splice(0, done);
    if (this.waiting.length > 0) return;
    clearInterval(this.clock);
    this.clock = undefined;
  }
}
