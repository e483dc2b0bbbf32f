import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { toAppError, toProblem } from '../common/problem.js';
import { validationFailed } from '../common/validation.js';
import type { Admission } from './admission.js';
import { ClientEvents, type ClientEventContext } from './client-events.js';
import { EventBus } from './event-bus.js';
import type { EventSocket } from './event-socket.js';
import type { FailedTopic, Subscription, TopicName, TopicRequest } from './subscribe.dto.js';
import { subscribe, unsubscribe } from './subscribe.events.js';
import type { TopicFeed } from './topic-feed.js';
import type { Topic } from './topic-source.js';
import { Topics } from './topics.js';
import { userTopic } from './user.topic.js';

const MAX_TOPICS_PER_SOCKET = 1_000;

/** `subscribe` and `unsubscribe`. */
@Injectable()
export class Subscriptions implements OnModuleInit {
  private readonly logger = new Logger('Socket');

  constructor(
    private readonly topics: Topics,
    private readonly bus: EventBus,
    private readonly clientEvents: ClientEvents,
  ) {}

  onModuleInit(): void {
    this.clientEvents.register(subscribe, async (context, body) =>
      'topics' in body
        ? await this.subscribeAll(context, eachOnce(body.topics))
        : await this.subscribe(context, body),
    );
    this.clientEvents.register(unsubscribe, ({ socket }, { topic }) =>
      Promise.resolve(this.unsubscribe(socket, topic)),
    );
  }

  /** Subscribes a socket to its caller's own topic, where there is one; run the result when the socket is connected. */
  async welcome(socket: EventSocket): Promise<() => void> {
    if (!this.topics.has(userTopic)) return () => undefined;
    const { feed, admission } = await this.admit(socket, { topic: userTopic.pattern });
    return () => feed.release(socket, admission);
  }

  /** Forgets everything a socket is subscribed to. */
  leaveAll(socket: EventSocket): void {
    for (const feed of socket.data.feeds.values()) this.bus.leave(socket, feed);
    socket.data.feeds.clear();
  }

  private async subscribe(
    { socket, afterAck }: ClientEventContext,
    asked: TopicRequest,
  ): Promise<Subscription> {
    const { feed, admission } = await this.admit(socket, asked);
    const { epoch, seq, recovered } = admission;
    const told = { topic: asked.topic, epoch, seq, recovered };
    const subscription = recovered ? told : { ...told, snapshot: await this.snapshot(socket, feed) };
    afterAck(() => feed.release(socket, admission));
    return subscription;
  }

  private async subscribeAll(
    context: ClientEventContext,
    list: TopicRequest[],
  ): Promise<(Subscription | FailedTopic)[]> {
    return await Promise.all(
      list.map(async (asked) => {
        try {
          return await this.subscribe(context, asked);
        } catch (thrown) {
          const error = toAppError(thrown);
          if (error.code === 'internal') this.logger.error({ err: error.details.cause, topic: asked.topic });
          return { topic: asked.topic, error: toProblem(error, 'subscribe') };
        }
      }),
    );
  }

  private unsubscribe(socket: EventSocket, topic: string): TopicName {
    const feed = socket.data.feeds.get(topic);
    socket.data.feeds.delete(topic);
    if (feed) this.bus.leave(socket, feed);
    return { topic };
  }

  private async admit(
    socket: EventSocket,
    asked: TopicRequest,
  ): Promise<{ feed: TopicFeed; admission: Admission }> {
    const { caller, feeds } = socket.data;
    if (feeds.size >= MAX_TOPICS_PER_SOCKET && !feeds.has(asked.topic))
      throw new AppError('forbidden', { detail: `A socket holds at most ${MAX_TOPICS_PER_SOCKET} topics` });
    const topic = await this.topics.open(caller, asked.topic);
    const admitted = await this.bus.admit(socket, topic, topic.source.isTransient ? {} : asked);
    if (socket.data.gone) this.bus.leave(socket, admitted.feed);
    else feeds.set(asked.topic, admitted.feed);
    await this.orUnsubscribe(socket, asked.topic, async () => await confirm(caller, topic));
    return admitted;
  }

  private async snapshot(socket: EventSocket, feed: TopicFeed): Promise<object> {
    const { source, name, topicName } = feed.topic;
    return await this.orUnsubscribe(
      socket,
      topicName,
      async () => await source.snapshot(socket.data.caller, name),
    );
  }

  private async orUnsubscribe<T>(socket: EventSocket, topicName: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      this.unsubscribe(socket, topicName);
      throw error;
    }
  }
}

/** A right that was taken back after it was asked for, and before the topic was followed here, would go unnoticed. */
async function confirm(caller: Caller, { source, name }: Topic): Promise<void> {
  const [allowed] = (await source.stillAllowed?.([{ caller, name }])) ?? [true];
  if (!allowed) throw new AppError('forbidden', { detail: 'You may no longer hear this topic' });
}

function eachOnce(topics: TopicRequest[]): TopicRequest[] {
  if (new Set(topics.map((one) => one.topic)).size < topics.length)
    throw validationFailed([{ path: 'topics', message: 'must name each topic once' }]);
  return topics;
}
