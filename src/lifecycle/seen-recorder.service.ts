import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Activities } from '../common/activity/activities.service.js';
import { every, type Repeating } from '../events/repeat.js';
import { LastSeenStore } from './last-seen.store.js';

const FLUSH_MS = 1_000;
/** Who was told of within this is not told of again: days are what counts. */
const FRESH_MS = 60_000;
const AT_ONCE = 500;
/** Beyond, the process forgets whom it told of: they are told of again. */
const MOST_KNOWN = 100_000;

/** For the API: gathers who is seen in this process, and tells Redis about once a second. */
@Injectable()
export class SeenRecorder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SeenRecorder.name);
  private readonly toldAtMs = new Map<string, number>();
  private waiting = new Set<string>();
  private flushing: Repeating | undefined;

  constructor(
    private readonly activities: Activities,
    private readonly lastSeen: LastSeenStore,
  ) {}

  onApplicationBootstrap(): void {
    this.activities.listen((activity) => {
      if (activity.kind === 'seen') this.hear(activity.userId);
    });
    this.flushing = every(FLUSH_MS, async () => await this.flush());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.flushing?.stop();
    await this.flush();
  }

  private hear(userId: string): void {
    const now = performance.now();
    const toldAt = this.toldAtMs.get(userId);
    if (toldAt !== undefined && now - toldAt < FRESH_MS) return;
    if (this.toldAtMs.size >= MOST_KNOWN) this.toldAtMs.clear();
    this.toldAtMs.set(userId, now);
    this.waiting.add(userId);
  }

  private async flush(): Promise<void> {
    const userIds = [...this.waiting];
    this.waiting = new Set();
    for (let at = 0; at < userIds.length; at += AT_ONCE) await this.tell(userIds.slice(at, at + AT_ONCE));
  }

  /** Those who could not be told of are again at their next sign of life. */
  private async tell(userIds: string[]): Promise<void> {
    try {
      await this.lastSeen.note(userIds);
    } catch (error) {
      for (const userId of userIds) this.toldAtMs.delete(userId);
      this.logger.warn(`That ${userIds.length} users were seen was not noted: ${String(error)}`);
    }
  }
}
