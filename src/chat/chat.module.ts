import { Module } from '@nestjs/common';
import { ChatLeaver } from './chat-leaver.js';
import { ChatNewsRepository } from './chat-news.repository.js';
import { ChatNotices } from './chat-notices.js';
import { ChatSocket } from './chat-socket.js';
import { ChatSweepRepository } from './chat-sweep.repository.js';
import { ChatSweeper } from './chat-sweeper.js';
import { ConversationController } from './conversation.controller.js';
import { ConversationLog } from './conversation-log.service.js';
import { ConversationRepository } from './conversation.repository.js';
import { ConversationService } from './conversation.service.js';
import { ConversationSummaryRepository } from './conversation-summary.repository.js';
import { ConversationTopicSource } from './conversation.topic.js';
import { IdempotentMessages } from './idempotent-messages.service.js';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { MembershipChanges } from './membership-changes.service.js';
import { MembershipFollower } from './membership-follower.js';
import { MessageController } from './message.controller.js';
import { MessageEraser } from './message-eraser.service.js';
import { MessageRepository } from './message.repository.js';
import { MessageService } from './message.service.js';
import { NotificationModule, NotificationWorkerModule } from '../notification/notification.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { RelationModule } from '../relation/relation.module.js';
import { AdminReportsController } from './reports/admin-reports.controller.js';
import { ReportController } from './reports/report.controller.js';
import { ReportRepository } from './reports/report.repository.js';
import { ReportService } from './reports/report.service.js';
import { TopicRights } from './topic-rights.service.js';
import { TypingService } from './typing.service.js';

/** What both processes do with conversations. */
const CORE = [
  ...[ConversationRepository, ConversationSummaryRepository, ConversationService],
  ...[MembershipChanges, TopicRights],
  ...[MessageRepository, ConversationLog, MessageEraser],
];

/** Conversations, over REST and sockets. */
@Module({
  imports: [NotificationModule, RelationModule],
  controllers: [ConversationController, MessageController, ReportController, AdminReportsController],
  providers: [
    ...[...CORE, MessageService, IdempotentMessages],
    ...[ConversationTopicSource, TypingService, ChatSocket, ReportRepository, ReportService],
  ],
})
export class ChatModule {}

/** For the worker: what follows from messages and changes of members, and what processes died before telling. */
@Module({
  imports: [LeaderboardModule, NotificationWorkerModule, PresenceModule, RelationModule],
  providers: [
    ...[...CORE, ChatSweepRepository, ChatSweeper, MembershipFollower],
    ...[ChatNewsRepository, ChatNotices, ChatLeaver],
  ],
})
export class ChatWorkerModule {}
