export interface RedisStore {
  url: string;
  port: number;
  pid: number;
  dir: string;
  /** Resolves when the process has ended, by whatever. */
  exited: Promise<void>;
  /** Asks it to end; what it was told is in its append-only file. */
  stop(): Promise<void>;
  /** SIGKILL unless told otherwise, waiting for its end; SIGSTOP and SIGCONT only freeze and thaw it. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}
export interface RedisOptions {
  /** Its folder: data, log and pid file. Starting again with the same folder and port is a restart. */
  dir: string;
  /** Exactly this port; without it, a free one. */
  port?: number;
  preferredPort?: number;
  /** false: keeps nothing on disk. Default true: append-only file, synced every second. */
  durable?: boolean;
  /** More for its command line, such as ['--maxmemory', '8mb']. */
  args?: string[];
}
export function startRedis(options: RedisOptions): Promise<RedisStore>;
export function stopLeftOver(dir: string): Promise<void>;
export function needRedis(
  announce?: (text: string, work: () => Promise<string>) => Promise<string>,
): Promise<string>;
