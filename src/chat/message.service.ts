import { Injectable } from '@nestjs/common';
import { Activities } from '../common/activity/activities.service.js';
import type { Caller } from '../common/caller.js';
import { KeyedTurns } from '../common/keyed-turns.js';
import type { Page } from '../common/page.js';
import { validationFailed } from '../common/validation.js';
import { Database, type Transaction } from '../database/database.service.js';
import { EventPublisher } from '../events/event-publisher.js';
import { Outbox } from '../jobs/outbox.service.js';
import { NotificationService } from '../notification/notification.service.js';
import type { JobInput } from '../queue/job.js';
import { blocked, noSuchConversation, noSuchMessage } from './chat-errors.js';
import { chatRead } from './chat.events.js';
import { notifyConversation } from './chat.jobs.js';
import { aboutConversation } from './chat.types.js';
import { LIMITS } from './chat.limits.js';
import { ConversationLog, topicKeysOf } from './conversation-log.service.js';
import { ConversationRepository } from './conversation.repository.js';
import { ConversationService } from './conversation.service.js';
import type { HistoryQuery, Message, ReadMarker, SendMessage } from './message.dto.js';
import { MessageRepository, type NumberedEvent } from './message.repository.js';
import { messageView } from './message-view.js';

/** Those who were away are notified of all that came in so long. */
const NOTIFY_AFTER_MS = 3_000;
const PATIENCE_MS = 4_000;

/** What a commit did, to be told after it. */
interface Done {
  event: NumberedEvent;
  outdated: number[];
  job: JobInput | undefined;
}

/** More that belongs into the commit of a message: the answer under an Idempotency-Key. */
export type AlsoCommit = (tx: Transaction, message: Message) => Promise<void>;

/** Messages, over REST and sockets alike. When a method returns, it is in PostgreSQL. */
@Injectable()
export class MessageService {
  /** Each event of a conversation is numbered after the one before. */
  private readonly turns = new KeyedTurns(PATIENCE_MS);

  constructor(
    private readonly database: Database,
    private readonly messages: MessageRepository,
    private readonly conversations: ConversationRepository,
    private readonly members: ConversationService,
    private readonly log: ConversationLog,
    private readonly publisher: EventPublisher,
    private readonly outbox: Outbox,
    private readonly notifications: NotificationService,
    private readonly activities: Activities,
  ) {}

  /**
   * Writes a message; the same `clientMessageId` again answers with the first.
   * @throws AppError not_found for who is no member; forbidden where one has blocked the other
   */
  async send(
    { userId }: Caller,
    conversationId: string,
    { text, clientMessageId }: SendMessage,
    also: AlsoCommit = async () => {},
  ): Promise<Message> {
    const done = await this.inTurn(conversationId, async (tx): Promise<Done | Message> => {
      await this.enter(tx, conversationId, userId, true);
      const first = await this.messages.findSent(tx, conversationId, userId, clientMessageId);
      if (first) return messageView(first);
      const event = await this.messages.send(tx, { conversationId, senderId: userId, text, clientMessageId });
      const job = event.isFirstToNotify
        ? await this.outbox.add(tx, notifyConversation, { conversationId }, { delayMs: NOTIFY_AFTER_MS })
        : undefined;
      await also(tx, messageView(event.message));
      return { event, outdated: [], job };
    });
    if (!('event' in done)) return done;
    this.activities.tell({ kind: 'did', userId, deed: 'messages' });
    return await this.tell(done);
  }

  /** @throws AppError not_found for what is not one's own, or deleted; forbidden where one has blocked the other */
  async edit({ userId }: Caller, conversationId: string, id: string, text: string): Promise<Message> {
    const done = await this.inTurn(conversationId, async (tx): Promise<Done> => {
      await this.enter(tx, conversationId, userId, true);
      const message = await this.own(tx, conversationId, userId, id);
      return { event: await this.messages.edit(tx, message, text), outdated: [], job: undefined };
    });
    return await this.tell(done);
  }

  /** Leaves a message without text. @throws AppError not_found for what is not one's own, or deleted already */
  async delete({ userId }: Caller, conversationId: string, id: string): Promise<void> {
    const done = await this.inTurn(conversationId, async (tx): Promise<Done> => {
      await this.enter(tx, conversationId, userId, false);
      const message = await this.own(tx, conversationId, userId, id);
      return { ...(await this.messages.delete(tx, message)), job: undefined };
    });
    await this.tell(done);
  }

  /** @throws AppError not_found, validation_failed */
  async history(
    { userId }: Caller,
    conversationId: string,
    { before, after, limit }: HistoryQuery,
  ): Promise<Page<Message>> {
    if (before !== undefined && after !== undefined)
      throw validationFailed([{ path: 'before', message: 'goes without after' }]);
    await this.members.requireMember(userId, conversationId);
    const rows = await this.messages.history(conversationId, { before, after, limit: limit + 1 });
    const hasMore = rows.length > limit;
    const isForward = after !== undefined;
    const shown = isForward ? rows.slice(0, limit) : rows.slice(-limit);
    const edge = isForward ? shown.at(-1) : shown[0];
    return {
      data: shown.map(messageView),
      page: { hasMore, nextCursor: hasMore && edge ? String(edge.seq) : null },
    };
  }

  /** Moves my marker forward, and shows it where few enough look and may see it. @throws AppError not_found */
  async read({ userId }: Caller, conversationId: string, seq: number): Promise<ReadMarker> {
    const found = await this.conversations.read(conversationId, userId, seq);
    if (!found) throw noSuchConversation();
    const { readSeq, unread, memberCount, isMoved, isSevered } = found;
    if (isMoved && unread === 0)
      await this.notifications.readAbout(userId, aboutConversation(conversationId));
    if (isMoved && !isSevered && memberCount <= LIMITS.membersWhoSeeReading)
      await this.publisher.casually(topicKeysOf(conversationId).stream, chatRead, { userId, seq: readSeq });
    return { readSeq, unread };
  }

  private async own(tx: Transaction, conversationId: string, userId: string, id: string) {
    const message = await this.messages.findOwn(tx, conversationId, userId, id);
    if (!message) throw noSuchMessage();
    return message;
  }

  private async inTurn<T>(conversationId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return await this.turns.take(conversationId, async () => await this.database.$transaction(work));
  }

  private async enter(
    tx: Transaction,
    conversationId: string,
    userId: string,
    isWriting: boolean,
  ): Promise<void> {
    await this.messages.enter(tx, conversationId);
    const standing = await this.conversations.standingOf(userId, conversationId, tx);
    if (!standing) throw noSuchConversation();
    if (isWriting && standing.isSevered) throw blocked();
  }

  private async tell({ event, outdated, job }: Done): Promise<Message> {
    await this.log.tell(event, outdated);
    if (job) await this.outbox.enqueueSoon(notifyConversation, [job]);
    return messageView(event.message);
  }
}
