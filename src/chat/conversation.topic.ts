import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { validate } from 'uuid';
import type { Listening, TopicKeys, TopicSource } from '../events/topic-source.js';
import { Topics } from '../events/topics.js';
import {
  chatDeleted,
  chatEdited,
  chatMessage,
  chatRead,
  chatTyping,
  conversationTopic,
} from './chat.events.js';
import { noSuchConversation } from './chat-errors.js';
import { ConversationLog, topicKeysOf } from './conversation-log.service.js';
import { ConversationSnapshot } from './conversation.dto.js';
import { TypingLapse } from './typing-lapse.js';
import { ConversationService } from './conversation.service.js';

/** The topics `conversation:{id}`, for members. */
@Injectable()
export class ConversationTopicSource implements TopicSource<ConversationSnapshot>, OnModuleInit {
  readonly kind = conversationTopic;
  readonly events = [chatMessage, chatEdited, chatDeleted, chatRead, chatTyping];
  readonly snapshotType = ConversationSnapshot;
  readonly history;
  private readonly typing = new TypingLapse();

  constructor(
    private readonly topics: Topics,
    private readonly conversations: ConversationService,
    log: ConversationLog,
  ) {
    this.history = log.history;
  }

  overhear: TopicSource['overhear'] = (...heard) => this.typing.hear(...heard);

  onModuleInit(): void {
    this.topics.register(this);
  }

  keys(name: string): TopicKeys {
    return topicKeysOf(name);
  }

  /** @throws AppError not_found for who is no member */
  async authorize({ userId }: Caller, name: string): Promise<void> {
    // In upper case it would be another topic, of which nobody tells.
    if (!validate(name) || name !== name.toLowerCase()) throw noSuchConversation();
    await this.conversations.requireMember(userId, name);
  }

  async stillAllowed(all: Listening[]): Promise<boolean[]> {
    return await Promise.all(
      all.map(
        async ({ caller, name }) =>
          await this.conversations.isMember({ userId: caller.userId, conversationId: name }),
      ),
    );
  }

  /** A summary with the beginning of the last message; messages and members are asked for over REST. */
  async snapshot(caller: Caller, name: string): Promise<ConversationSnapshot> {
    return await this.conversations.snapshot(caller, name);
  }
}
