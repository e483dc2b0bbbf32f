import { Injectable } from '@nestjs/common';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { unavailable } from '../common/errors.js';

/** OWASP Password Storage Cheat Sheet: Argon2id with m = 19 MiB, t = 2, p = 1; some 18 ms a hash. */
const OPTIONS = { algorithm: Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 2;
const MAX_WAITING = 200;
const MAX_WAIT_MS = 2_000;

interface Waiting {
  start: () => void;
  timer: NodeJS.Timeout;
}

/** Hashes passwords, two at once, so that a rush of log-ins leaves the processors to others. */
@Injectable()
export class PasswordHasher {
  private running = 0;
  private readonly waiting: Waiting[] = [];
  /** Ready before anybody asks, so that the first unknown name takes no longer than the others. */
  private readonly dummy = hash('nobody has this password', OPTIONS);

  /** @throws AppError unavailable when its turn does not come within 2 s */
  async hash(password: string): Promise<string> {
    return await this.inTurn(async () => await hash(password.normalize('NFKC'), OPTIONS));
  }

  /** Takes as long for a name that nobody has (`stored` undefined), so that answers do not tell who exists. */
  async matches(stored: string | undefined, password: string): Promise<boolean> {
    const against = isHash(stored) ? stored : await this.dummy;
    const same = await this.inTurn(async () => await verify(against, password.normalize('NFKC'), OPTIONS));
    return same && against === stored;
  }

  /** Whether a hash was made with less work than is asked today. */
  isWeak(stored: string): boolean {
    const [, m, t, p] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(stored) ?? [];
    const { memoryCost, timeCost, parallelism } = OPTIONS;
    return !(Number(m) >= memoryCost && Number(t) >= timeCost && Number(p) >= parallelism);
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < AT_ONCE) this.running += 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      this.passOn();
    }
  }

  /** Waits until a running one passes its place on. */
  private async turn(): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) throw unavailable('Signing in');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(place), 1);
        reject(unavailable('Signing in'));
      }, MAX_WAIT_MS);
      const place = { start: resolve, timer };
      this.waiting.push(place);
    });
  }

  private passOn(): void {
    const next = this.waiting.shift();
    if (!next) {
      this.running -= 1;
      return;
    }
    clearTimeout(next.timer);
    next.start();
  }
}

/** An account without a password has none that matches. */
const isHash = (stored: string | undefined): stored is string => stored?.startsWith('$argon2') ?? false;
