import { Logger } from '@nestjs/common';
import type { Outgoing } from './admission.js';
import type { Topic } from './topic-source.js';
import { transientEvent } from './transient-event.js';

const RETRY_MS = 1_000;

/**
 * Turns hints that a topic changed into one transient event per interval, loaded once for all: the first hint is
 * answered at once, those that follow by one more at the interval's end.
 */
export class ChangeSignal {
  private readonly logger = new Logger('Events');
  private timer: NodeJS.Timeout | undefined;
  private notBefore = 0;
  private loading = false;
  private again = false;
  private stopped = false;

  constructor(
    private readonly topic: Topic,
    private readonly send: (event: Outgoing) => void,
  ) {}

  hint(): void {
    if (this.stopped || this.timer !== undefined) return;
    if (this.loading) this.again = true;
    else this.schedule(this.notBefore - Date.now());
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedule(waitMs: number): void {
    this.timer = setTimeout(() => void this.tell(), Math.max(0, waitMs));
  }

  private async tell(): Promise<void> {
    const { source, name, topicName } = this.topic;
    this.timer = undefined;
    if (source.changed === undefined) return;
    this.loading = true;
    this.again = false;
    let waitMs = source.changed.intervalMs;
    try {
      const data = await source.changed.load(name);
      if (!this.stopped) this.send(transientEvent(source.changed.event, topicName, data));
    } catch (error) {
      this.logger.warn({ err: error, topic: topicName }, 'a change could not be loaded');
      waitMs = RETRY_MS;
      this.again = true;
    }
    this.loading = false;
    this.notBefore = Date.now() + waitMs;
    if (this.again && !this.stopped) this.schedule(waitMs);
  }
}
