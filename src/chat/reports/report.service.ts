import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit.service.js';
import type { Caller } from '../../common/caller.js';
import { AppError } from '../../common/errors.js';
import { idFromCursor, pageOf, type Page } from '../../common/page.js';
import { Database } from '../../database/database.service.js';
import { ConversationService } from '../conversation.service.js';
import { MessageEraser } from '../message-eraser.service.js';
import type { Report, ReportQuery, SettleReport } from './report.dto.js';
import { ReportRepository } from './report.repository.js';

/** Members report messages; administrators look at them, though they are no members. */
@Injectable()
export class ReportService {
  constructor(
    private readonly database: Database,
    private readonly reports: ReportRepository,
    private readonly conversations: ConversationService,
    private readonly eraser: MessageEraser,
    private readonly audit: AuditLog,
  ) {}

  /** May be repeated: the first report stays. @throws AppError not_found for who is no member, or what is deleted */
  async report({ userId }: Caller, conversationId: string, messageId: string, reason: string): Promise<void> {
    await this.conversations.requireMember(userId, conversationId);
    if (!(await this.reports.add(conversationId, messageId, userId, reason)))
      throw new AppError('not_found', { detail: 'There is no such message' });
  }

  async list({ status, limit, cursor }: ReportQuery): Promise<Page<Report>> {
    const rows = await this.reports.page(status, limit + 1, idFromCursor(cursor));
    return pageOf(rows, limit, ({ message, createdAt, settledAt, ...row }) => ({
      ...{ ...row, ...message, createdAt: createdAt.toISOString() },
      settledAt: settledAt?.toISOString() ?? null,
    }));
  }

  /** May be repeated; the message goes first, so that no report is settled over one that is still there. @throws AppError not_found */
  async settle({ userId }: Caller, id: string, { deleteMessage }: SettleReport): Promise<void> {
    const report = await this.reports.find(id);
    if (!report) throw new AppError('not_found', { detail: 'There is no such report' });
    if (deleteMessage) await this.eraser.erase(report.messageId);
    await this.database.$transaction(async (tx) => {
      if (!(await this.reports.settle(tx, id, userId))) return;
      const details = { reportId: id, messageDeleted: deleteMessage };
      const { senderId } = report.message;
      await this.audit.record({ userId: senderId, actorId: userId, action: 'message.judged', details }, tx);
    });
  }
}
