import { Injectable, Logger } from '@nestjs/common';
import { TopicAccess } from '../events/topic-access.js';
import { groupBoardName } from '../leaderboard/board.service.js';
import { keys } from '../redis/keys.js';

/** Takes from who left a group the right to hear its topics: its own, and that of its board. */
@Injectable()
export class TopicRights {
  private readonly logger = new Logger(TopicRights.name);

  constructor(private readonly access: TopicAccess) {}

  /** After the commit. @throws when Redis is away */
  async revoke(left: { conversationId: string; userId: string }[]): Promise<void> {
    await this.access.revokeAll(
      left.flatMap(({ conversationId, userId }) => [
        { stream: keys.events.conversationStream(conversationId), userId },
        { stream: keys.events.boardStream(groupBoardName(conversationId)), userId },
      ]),
    );
  }

  /** The same at once, or left to the worker. */
  async revokeSoon(left: { conversationId: string; userId: string }[]): Promise<void> {
    try {
      await this.revoke(left);
    } catch (error) {
      this.logger.warn(`The end of a membership is told later: ${String(error)}`);
    }
  }
}
