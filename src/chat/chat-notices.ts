import { Injectable } from '@nestjs/common';
import { OnJob, type PromisedJobContext } from '../jobs/on-job.decorators.js';
import { Outbox } from '../jobs/outbox.service.js';
import type { Transaction } from '../database/database.service.js';
import {
  conversationAdded,
  mentioned,
  messageReceived,
  type MessageNews,
} from '../notification/kinds/conversation.kinds.js';
import { Notifier } from '../notification/notifier.service.js';
import { PresenceService } from '../presence/presence.service.js';
import type { Job } from '../queue/job.js';
import {
  announceMembers,
  notifyConversation,
  type AnnounceMembers,
  type NotifyConversation,
} from './chat.jobs.js';
import { aboutConversation } from './chat.types.js';
import { ChatNewsRepository, type News } from './chat-news.repository.js';
import { mentionsIn } from './mentions.js';

const MESSAGES_AT_ONCE = 500;

/** The worker's side: notifies members of what concerns them. */
@Injectable()
export class ChatNotices {
  constructor(
    private readonly news: ChatNewsRepository,
    private readonly presence: PresenceService,
    private readonly notifier: Notifier,
    private readonly outbox: Outbox,
  ) {}

  /** Of what was written since they were last notified: whom it mentions, and who was not there. */
  @OnJob(notifyConversation)
  async notify(
    { data: { conversationId } }: Job<NotifyConversation>,
    { tx, afterwards }: PromisedJobContext,
  ): Promise<void> {
    const news = await this.news.take(tx, conversationId, MESSAGES_AT_ONCE);
    if (!news) return;
    const promised = [await this.tellMentioned(tx, news), await this.tellAbsent(tx, news)];
    const next = news.isMore ? [await this.outbox.add(tx, notifyConversation, { conversationId })] : [];
    afterwards(async () => {
      for (const notices of promised) await this.notifier.soon(notices);
      await this.outbox.enqueueSoon(notifyConversation, next);
    });
  }

  /** Of the group that they are in now. */
  @OnJob(announceMembers)
  async announce(
    { data: { conversationId, byId, userIds } }: Job<AnnounceMembers>,
    { tx, afterwards }: PromisedJobContext,
  ): Promise<void> {
    const joined = await this.news.joined(tx, conversationId, byId, userIds.split(','));
    const promised = await this.notifier.notify(
      tx,
      conversationAdded,
      joined.map(({ userId, joinedAt, conversationName, byName }) => ({
        userId,
        occasion: `${conversationId}:${joinedAt.toISOString()}`,
        data: { conversationId, conversationName, byId, byName },
      })),
    );
    afterwards(async () => await this.notifier.soon(promised));
  }

  private async tellMentioned(tx: Transaction, news: News) {
    const mentions = news.messages.flatMap(({ id, text, senderId }) =>
      mentionsIn(text).map((name) => ({ name, senderId, messageId: id })),
    );
    const named = mentions.length === 0 ? [] : await this.news.named(tx, news.conversationId, mentions);
    const notices = named.map(({ userId, messageId }) => ({ userId, messageId, occasion: messageId }));
    return await this.notifier.notify(tx, mentioned, noticesOf(news, notices));
  }

  /** Once for all that they have not read: the occasion is another one when they have read on. */
  private async tellAbsent(tx: Transaction, news: News) {
    const { conversationId, messages } = news;
    const readers = messages.length === 0 ? [] : await this.news.readers(tx, conversationId, messages);
    const online = await this.presence.onlineAmong(readers.map(({ userId }) => userId));
    const absent = readers
      .filter(({ userId }) => !online.has(userId))
      .map(({ userId, messageId, readSeq }) => ({
        userId,
        messageId,
        occasion: `${conversationId}:${readSeq}`,
      }));
    return await this.notifier.notify(tx, messageReceived, noticesOf(news, absent));
  }
}

function noticesOf(
  { conversationId, conversationName, messages }: News,
  notices: { userId: string; messageId: string; occasion: string }[],
) {
  const byId = new Map(messages.map((message) => [message.id, message]));
  return notices.flatMap(({ userId, messageId, occasion }) => {
    const message = byId.get(messageId);
    if (!message) return [];
    const { seq, senderId, senderName } = message;
    const data: MessageNews = { conversationId, conversationName, messageId, seq, senderId, senderName };
    return [{ userId, occasion, about: aboutConversation(conversationId), data }];
  });
}
