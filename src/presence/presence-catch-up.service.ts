import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { newId } from '../common/id.js';
import { EventBus } from '../events/event-bus.js';
import type { Notice } from '../events/event-envelope.js';
import { NoticeChannel } from '../events/notice-channel.js';
import { every, type Repeating } from '../events/repeat.js';
import type { TopicFeed } from '../events/topic-feed.js';
import { keys } from '../redis/keys.js';
import { ConnectionLeases } from './connection-leases.js';
import type { Presence } from './presence.dto.js';
import { presenceChanged } from './presence.events.js';
import { PresenceService } from './presence.service.js';
import { PRESENCE_TIMES, type PresenceTimes } from './presence.times.js';

/** What those who follow a presence here were shown last, and how many events they heard by then. */
interface Shown {
  status: string;
  events: number;
}

const AT_ONCE = 500;

/**
 * Tells those who follow a presence here what they missed. A change is told once, by whoever makes it: lost on its way,
 * or never told as Redis had lost the leases that would have run out, it would be seen by nobody who follows already.
 */
@Injectable()
export class PresenceCatchUp implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Presence');
  private readonly shown = new WeakMap<TopicFeed, Shown>();
  private isOwed = false;
  private looking: Repeating | undefined;

  constructor(
    private readonly bus: EventBus,
    private readonly channel: NoticeChannel,
    private readonly leases: ConnectionLeases,
    private readonly presences: PresenceService,
    @Inject(PRESENCE_TIMES) private readonly times: PresenceTimes,
  ) {}

  onApplicationBootstrap(): void {
    this.channel.onReturn(() => (this.isOwed = true));
    this.leases.onLost(() => (this.isOwed = true));
    this.looking = every(this.times.lookMs, async () => {
      if (this.isOwed) await this.catchUp();
    });
  }

  beforeApplicationShutdown(): void {
    this.looking?.stop();
  }

  /** An event that was sent to them. */
  heard(userId: string, { type, data }: Notice): void {
    const feed = this.bus.feedAt(keys.events.presenceStream(userId));
    if (!feed || type !== presenceChanged.name || data === null) return;
    const { status } = JSON.parse(data) as Presence;
    this.shown.set(feed, { status, events: this.eventsOf(feed) + 1 });
  }

  /** What one of them begins with; others may have been there before, and have seen something else. */
  began({ userId, status }: Presence): void {
    const feed = this.bus.feedAt(keys.events.presenceStream(userId));
    if (feed && !this.shown.has(feed)) this.shown.set(feed, { status, events: 0 });
  }

  private eventsOf = (feed: TopicFeed): number => this.shown.get(feed)?.events ?? 0;

  /** While leases settle after they were lost, it cannot be known who is offline: then it is done later. */
  private async catchUp(): Promise<void> {
    this.isOwed = false;
    const feeds = this.bus.feeds.filter(({ topic }) => topic.source.events.includes(presenceChanged));
    try {
      for (let from = 0; from < feeds.length; from += AT_ONCE)
        await this.catchUpSome(feeds.slice(from, from + AT_ONCE));
    } catch (error) {
      this.isOwed = true;
      this.logger.debug(`Who follows a presence is told later what it is: ${String(error)}`);
    }
  }

  private async catchUpSome(feeds: TopicFeed[]): Promise<void> {
    const events = new Map(feeds.map((feed) => [feed, this.eventsOf(feed)]));
    const presences = await this.presences.ofAll(feeds.map(({ topic }) => topic.name));
    await Promise.all(
      feeds.map(async (feed, index) => {
        const presence = presences[index];
        if (!presence || presence.status === this.shown.get(feed)?.status) return;
        await this.bus.review(feed);
        // An event that came meanwhile is newer than what was looked up.
        if (this.eventsOf(feed) === events.get(feed)) feed.emit(noticeOf(presence));
      }),
    );
  }
}

const noticeOf = (presence: Presence): Notice => ({
  ...{ id: newId(), type: presenceChanged.name, epoch: null, seq: null, tsMs: Date.now() },
  data: JSON.stringify(presence),
});
