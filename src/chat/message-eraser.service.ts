import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { ConversationLog } from './conversation-log.service.js';
import { MessageRepository } from './message.repository.js';

/** Deletes messages for others than their senders; members are told as if the sender had done it. */
@Injectable()
export class MessageEraser {
  constructor(
    private readonly database: Database,
    private readonly messages: MessageRepository,
    private readonly log: ConversationLog,
  ) {}

  /** May be repeated. @returns false for one that is not there, or deleted already */
  async erase(messageId: string): Promise<boolean> {
    const done = await this.database.$transaction(async (tx) => {
      const message = await this.messages.enterThatOf(tx, messageId);
      return message && (await this.messages.delete(tx, message));
    });
    if (!done) return false;
    await this.log.tell(done.event, done.outdated);
    return true;
  }
}
