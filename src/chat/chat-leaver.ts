import { Injectable } from '@nestjs/common';
import { OnJob, type PromisedJobContext } from '../jobs/on-job.decorators.js';
import { Outbox } from '../jobs/outbox.service.js';
import type { Job } from '../queue/job.js';
import { leaveChat, type LeaveChat } from './chat.jobs.js';
import { ConversationRepository } from './conversation.repository.js';
import { ConversationService } from './conversation.service.js';
import { MessageEraser } from './message-eraser.service.js';
import { MessageRepository } from './message.repository.js';

const MESSAGES_AT_ONCE = 500;

/** The worker's side of an account that was deleted: it leaves its groups, and its messages lose their text. */
@Injectable()
export class ChatLeaver {
  constructor(
    private readonly conversations: ConversationService,
    private readonly memberships: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly eraser: MessageEraser,
    private readonly outbox: Outbox,
  ) {}

  @OnJob(leaveChat)
  async leave({ data }: Job<LeaveChat>, { tx, afterwards }: PromisedJobContext): Promise<void> {
    const { userId } = data;
    for (const id of await this.memberships.groupsOf(userId)) await this.conversations.leave({ userId }, id);
    const ids = await this.messages.idsOf(userId, MESSAGES_AT_ONCE);
    for (const id of ids) await this.eraser.erase(id);
    if (ids.length < MESSAGES_AT_ONCE) return;
    const next = await this.outbox.add(tx, leaveChat, { userId });
    afterwards(async () => await this.outbox.enqueueSoon(leaveChat, [next]));
  }
}
