import { Injectable, Logger } from '@nestjs/common';
import { gathered } from '../common/gathered.js';
import type { TopicEvent } from '../events/event-envelope.js';
import { NumberedTopics, type NumberedTopic } from '../events/numbered-topics.service.js';
import type { History, TopicKeys } from '../events/topic-source.js';
import { keys } from '../redis/keys.js';
import { chatDeleted, chatEdited, chatMessage } from './chat.events.js';
import { messageView } from './message-view.js';
import { MessageRepository, type NumberedEvent } from './message.repository.js';

const TYPES = { message: chatMessage, edit: chatEdited, delete: chatDeleted };
/** The numbers of a conversation are PostgreSQL's and never begin anew. */
const EPOCH = 'conversation';

export const topicKeysOf = (conversationId: string): TopicKeys => ({
  topic: keys.events.conversationTopic(conversationId),
  stream: keys.events.conversationStream(conversationId),
});

/** What happened in conversations: told live from Redis, and all of it in PostgreSQL. */
@Injectable()
export class ConversationLog {
  private readonly logger = new Logger(ConversationLog.name);

  readonly history: History = {
    epochOf: () => EPOCH,
    after: async (name, since, limit) => {
      // Most are asked about when nothing is missing: then one statement answers for all of them.
      const seq = await this.lastSeq(name);
      if (seq <= since) return { seq, events: [] };
      const events = (await this.messages.eventsAfter(name, since, limit)).map(toldAs);
      return { seq: Math.max(seq, events.at(-1)?.seq ?? 0), events };
    },
  };
  private readonly lastSeq = gathered(async (ids: string[]) => await this.messages.lastSeqs(ids));

  constructor(
    private readonly topics: NumberedTopics,
    private readonly messages: MessageRepository,
  ) {}

  /**
   * Tells of a committed event, and of whatever before it has not been told. When Redis is away, whoever sweeps tells it.
   * @param outdated seqs of events that held what has changed
   */
  async tell(event: NumberedEvent, outdated: number[] = []): Promise<void> {
    try {
      await this.topics.publish(this.topicOf(event.message.conversationId), toldAs(event), outdated);
    } catch (error) {
      this.logger.warn(`Event ${event.seq} of a conversation is told later: ${String(error)}`);
    }
  }

  /** Tells whatever PostgreSQL has beyond what Redis was told. */
  async fill(conversationId: string, toldSeq: number): Promise<void> {
    await this.topics.fill(this.topicOf(conversationId), toldSeq);
  }

  private topicOf = (conversationId: string): NumberedTopic => ({
    ...topicKeysOf(conversationId),
    ...{ name: conversationId, history: this.history },
  });
}

const toldAs = ({ id, seq, kind, createdAt, message }: NumberedEvent): TopicEvent => ({
  ...{ id, seq, epoch: EPOCH, type: TYPES[kind].name, tsMs: createdAt.getTime() },
  data: JSON.stringify(messageView(message)),
});
