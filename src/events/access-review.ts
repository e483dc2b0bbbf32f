import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { unavailable } from '../common/errors.js';
import { GroupCommit } from '../common/group-commit.js';
import { EventBus } from './event-bus.js';
import type { EventSocket } from './event-socket.js';
import { EVENTS_OPTIONS, type EventsOptions } from './events.options.js';
import { NoticeChannel } from './notice-channel.js';
import { every, type Repeating } from './repeat.js';
import { SocketSessions } from './socket-sessions.js';
import { subscriptionEnded } from './subscribe.events.js';
import type { TopicFeed } from './topic-feed.js';
import type { Listening, TopicSource } from './topic-source.js';
import { Topics } from './topics.js';
import { transientEvent } from './transient-event.js';

const ASKED_AT_ONCE = 500;
const REVIEWED_AT_ONCE = 500;
const REVIEW_PATIENCE_MS = 5_000;

/** A user with the sockets that hear a topic here. */
interface Audience extends Listening {
  feed: TopicFeed;
  sockets: EventSocket[];
}

/**
 * Ends subscriptions whose users may no longer hear the topic: at once when told (`TopicAccess`), within the interval
 * when that was missed, and before the events that were missed with it are brought. Rounds follow each other and ask one
 * batch at a time, so many subscriptions take longer, not more.
 */
@Injectable()
export class AccessReview implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Events');
  private readonly missed = new GroupCommit<TopicFeed, undefined>({
    ...{ maxSize: REVIEWED_AT_ONCE, parallel: 1, patienceMs: REVIEW_PATIENCE_MS },
    conflictKeys: () => [],
    write: async (feeds) => {
      await this.sessions.check(feeds.flatMap(({ sockets }) => sockets));
      await this.review(feeds);
      return feeds.map(() => ({ ok: true, value: undefined }));
    },
    tooLate: () => unavailable('The right to hear a topic'),
  });
  private reviewing: Repeating | undefined;

  constructor(
    private readonly bus: EventBus,
    private readonly channel: NoticeChannel,
    private readonly sessions: SocketSessions,
    private readonly topics: Topics,
    @Inject(EVENTS_OPTIONS) private readonly options: EventsOptions,
  ) {}

  onModuleInit(): void {
    this.topics.declare(subscriptionEnded);
  }

  onApplicationBootstrap(): void {
    this.bus.onRevoked((feed, userId) => void this.review([feed], userId));
    this.bus.onMissed(async (feed) => await this.reviewFirst(feed));
    this.channel.onReturn(() => void this.review(this.bus.feeds));
    this.reviewing = every(this.options.accessCheckEveryMs, async () => {
      await this.review(this.bus.feeds);
    });
  }

  beforeApplicationShutdown(): void {
    this.reviewing?.stop();
  }

  /** Before what was missed is told. Sessions, too, may have ended unheard. */
  private async reviewFirst(feed: TopicFeed): Promise<void> {
    await this.missed.submit(feed).catch((error: unknown) => {
      this.logger.debug({ err: error, topic: feed.topic.topicName }, 'who may hear it could not be asked');
    });
  }

  /** Of all who hear these topics here, or of one user's sockets. */
  private async review(feeds: TopicFeed[], userId: string | null = null): Promise<void> {
    for (const [source, of] of bySource(feeds)) {
      const audiences = of.flatMap((feed) => audiencesOf(feed, userId));
      for (let from = 0; from < audiences.length; from += ASKED_AT_ONCE)
        await this.ask(source, audiences.slice(from, from + ASKED_AT_ONCE)).catch((error: unknown) => {
          this.logger.debug(
            { err: error },
            'who may hear what could not be asked; they hear on until the next time',
          );
        });
    }
  }

  private async ask(source: TopicSource, audiences: Audience[]): Promise<void> {
    const allowed = (await source.stillAllowed?.(audiences)) ?? [];
    audiences.forEach(({ feed, sockets }, index) => {
      if (allowed[index] === false) for (const socket of sockets) this.end(socket, feed);
    });
  }

  private end(socket: EventSocket, feed: TopicFeed): void {
    // Two reviews at once may have found it.
    if (!feed.hears(socket)) return;
    const { topicName } = feed.topic;
    if (socket.data.feeds.get(topicName) === feed) socket.data.feeds.delete(topicName);
    this.bus.leave(socket, feed);
    const { type, envelope } = transientEvent(subscriptionEnded, subscriptionEnded.topic.pattern, {
      topic: topicName,
    });
    socket.emit(type, envelope);
  }
}

function bySource(feeds: TopicFeed[]): Map<TopicSource, TopicFeed[]> {
  const groups = new Map<TopicSource, TopicFeed[]>();
  for (const feed of feeds) {
    const { source } = feed.topic;
    if (source.stillAllowed) groups.set(source, [...(groups.get(source) ?? []), feed]);
  }
  return groups;
}

function audiencesOf(feed: TopicFeed, userId: string | null): Audience[] {
  const audiences = new Map<string, Audience>();
  for (const socket of feed.sockets) {
    const { caller } = socket.data;
    if (userId !== null && caller.userId !== userId) continue;
    const audience = audiences.get(caller.userId);
    if (audience) audience.sockets.push(socket);
    else audiences.set(caller.userId, { feed, caller, name: feed.topic.name, sockets: [socket] });
  }
  return [...audiences.values()];
}
