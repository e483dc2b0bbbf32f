import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const KEPT_LINES = 5_000;

/** A process of the built application, started as in production. */
export class AppProcess {
  private readonly lines: string[] = [];
  readonly exited: Promise<number | null>;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.lines.push(...text.trimEnd().split('\n'));
        this.lines.splice(0, this.lines.length - KEPT_LINES);
      });
    }
    const orphaned = () => child.kill('SIGKILL');
    process.once('exit', orphaned);
    this.exited = once(child, 'exit').then(([code]) => {
      process.removeListener('exit', orphaned);
      return code as number | null;
    });
  }

  /** @param script such as `dist/main.js` */
  static start(script: string, env: Record<string, string>): AppProcess {
    const child = spawn(process.execPath, [script], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new AppProcess(script, child);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The last lines it printed. */
  get log(): string {
    return this.lines.join('\n');
  }

  /** Sends a signal; resolves with the exit code (null when the signal ended it), at once for SIGSTOP and SIGCONT. */
  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.running) this.child.kill(signal);
    return signal === 'SIGSTOP' || signal === 'SIGCONT' ? null : await this.exited;
  }
}
