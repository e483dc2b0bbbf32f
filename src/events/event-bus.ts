import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Key } from '../redis/key.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import type { Admission } from './admission.js';
import { ChangeSignal } from './change-signal.js';
import { parseNotice } from './event-envelope.js';
import type { EventServer, EventSocket } from './event-socket.js';
import { EVENTS_OPTIONS, type EventsOptions } from './events.options.js';
import { readTopic } from './events.scripts.js';
import { NoticeChannel } from './notice-channel.js';
import { NumberedTopics } from './numbered-topics.service.js';
import { every, type Repeating } from './repeat.js';
import { revokedBy } from './topic-access.js';
import { TopicFeed, type Asked, type FeedPorts } from './topic-feed.js';
import type { Topic } from './topic-source.js';

interface Followed {
  feed: TopicFeed;
  signal: ChangeSignal;
  listening: Promise<void>;
  /** Admissions under way. */
  arriving: number;
}

const COMPARED_AT_ONCE = 500;

/** Follows the topics that sockets of this process are subscribed to, each from its first subscriber to its last. */
@Injectable()
export class EventBus implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('Events');
  private readonly followed = new Map<Key, Followed>();
  private server: EventServer | undefined;
  private comparing: Repeating | undefined;
  private revoked: (feed: TopicFeed, userId: string | null) => void = () => undefined;
  private reviewed: (feed: TopicFeed) => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly scripts: ScriptRunner,
    private readonly numbered: NumberedTopics,
    private readonly channel: NoticeChannel,
    @Inject(EVENTS_OPTIONS) private readonly options: EventsOptions,
  ) {}

  onModuleInit(): void {
    this.channel.onReturn(() => void this.recover());
    this.comparing = every(this.options.compareEveryMs, async () => {
      await this.channel.probe();
      await this.compare();
    });
  }

  beforeApplicationShutdown(): void {
    this.comparing?.stop();
    for (const { signal } of this.followed.values()) signal.stop();
  }

  /** Where events go. */
  attach(server: EventServer): void {
    this.server = server;
  }

  /** Who is told that a user, or with `null` any, may have lost the right to hear a topic. */
  onRevoked(run: (feed: TopicFeed, userId: string | null) => void): void {
    this.revoked = run;
  }

  /** Who ends the subscriptions of those who may no longer hear a topic, before what was missed is told. Must not throw. */
  onMissed(review: (feed: TopicFeed) => Promise<void>): void {
    this.reviewed = review;
  }

  /** For who is about to tell what was missed: ends the subscriptions here of who may no longer hear it. Never throws. */
  async review(feed: TopicFeed): Promise<void> {
    await this.reviewed(feed);
  }

  get feeds(): TopicFeed[] {
    return [...this.followed.values()].map(({ feed }) => feed);
  }

  feedAt(stream: Key): TopicFeed | undefined {
    return this.followed.get(stream)?.feed;
  }

  /** Subscribes a socket; `feed.release` begins to send. Throws when Redis is away. */
  async admit(
    socket: EventSocket,
    topic: Topic,
    asked: Asked,
  ): Promise<{ feed: TopicFeed; admission: Admission }> {
    const followed = this.followed.get(topic.stream) ?? this.follow(topic);
    followed.arriving += 1;
    try {
      await followed.listening;
      return { feed: followed.feed, admission: await followed.feed.admit(socket, asked) };
    } finally {
      followed.arriving -= 1;
      this.dropIfUnused(followed);
    }
  }

  leave(socket: EventSocket, feed: TopicFeed): void {
    feed.leave(socket);
    const followed = this.followed.get(feed.topic.stream);
    if (followed?.feed === feed) this.dropIfUnused(followed);
  }

  private follow(topic: Topic): Followed {
    const feed = new TopicFeed(topic, this.ports);
    const signal = new ChangeSignal(topic, (event) => feed.send(event));
    const listening = this.channel.listen(topic.stream, (message) => this.hear(feed, signal, message));
    const followed = { feed, signal, listening, arriving: 0 };
    this.followed.set(topic.stream, followed);
    return followed;
  }

  private dropIfUnused({ feed, signal, arriving }: Followed): void {
    if (arriving > 0 || !feed.isEmpty) return;
    signal.stop();
    this.followed.delete(feed.topic.stream);
    this.channel.forget(feed.topic.stream);
  }

  private hear(feed: TopicFeed, signal: ChangeSignal, message: string): void {
    const notice = parseNotice(message);
    if (notice === undefined) return;
    const revokedOf = revokedBy(notice);
    if (revokedOf !== undefined) this.revoked(feed, revokedOf);
    else if (notice.seq !== null) feed.hear(notice).catch((error: unknown) => this.missed(feed, error));
    else if (notice.data === null && notice.type === feed.topic.source.changed?.event.name) signal.hint();
    else feed.emit(notice);
  }

  private async recover(): Promise<void> {
    await Promise.all([this.compare(), this.hintAll()]);
  }

  private async hintAll(): Promise<void> {
    const changing = [...this.followed.values()].filter(({ feed }) => feed.topic.source.changed);
    await Promise.all(changing.map(async ({ feed }) => await this.review(feed)));
    for (const { signal } of changing) signal.hint();
  }

  private async compare(): Promise<void> {
    const { feeds } = this;
    for (let from = 0; from < feeds.length; from += COMPARED_AT_ONCE) {
      await this.compareSome(feeds.slice(from, from + COMPARED_AT_ONCE));
    }
  }

  private async compareSome(feeds: TopicFeed[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const { topic } of feeds) pipeline.hmget(topic.topic, 'epoch', 'seq');
    // Without Redis there is nothing to compare with: the next round, or the reconnect, does it.
    const replies = (await pipeline.exec().catch(() => null)) ?? [];
    const behind = feeds.filter((feed, index) => {
      const [error, stored] = replies[index] ?? [new Error('no reply'), undefined];
      const [epoch, seq] = (stored ?? []) as (string | null)[];
      return !error && !feed.isAt(epoch ?? null, seq ?? null);
    });
    await Promise.all(
      behind.map(async (feed) => {
        await feed.catchUp().catch((error: unknown) => this.missed(feed, error));
      }),
    );
  }

  // The next comparison brings what could not be read now.
  private missed(feed: TopicFeed, error: unknown): void {
    this.logger.debug({ err: error, topic: feed.topic.topicName }, 'a topic could not be read');
  }

  private readonly ports: FeedPorts = {
    read: async (topic, seen, since, atLeast) => {
      const { history } = topic.source;
      return history
        ? await this.numbered.read({ ...topic, history }, since, atLeast)
        : await this.scripts.run(readTopic, { keys: topic, seen, since });
    },
    page: async (topic, since) => {
      const { history } = topic.source;
      if (!history) return [];
      return await this.numbered.page({ ...topic, history }, since).catch((error: unknown) => {
        this.logger.debug({ err: error, topic: topic.topicName }, 'a page of a topic could not be read');
        return [];
      });
    },
    review: async (feed) => await this.review(feed),
    broadcast: (topic, { type, envelope }) => this.server?.to(topic.stream).emit(type, envelope),
  };
}
