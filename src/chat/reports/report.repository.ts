import { Injectable } from '@nestjs/common';
import { newId } from '../../common/id.js';
import { Database, type Transaction } from '../../database/database.service.js';

/** Reports of messages, oldest first. */
@Injectable()
export class ReportRepository {
  constructor(private readonly database: Database) {}

  /** Writes down what a message says now; once for who reports it again. False when there is none, or it is deleted. */
  async add(conversationId: string, messageId: string, reporterId: string, reason: string): Promise<boolean> {
    const [found] = await this.database.$queryRaw<{ id: string }[]>`
      WITH message AS (
        SELECT id, text FROM messages
        WHERE id = ${messageId}::uuid AND conversation_id = ${conversationId}::uuid AND deleted_at IS NULL
      ), added AS (
        INSERT INTO message_reports (id, message_id, reporter_id, reason, text)
        SELECT ${newId()}::uuid, id, ${reporterId}::uuid, ${reason}, text FROM message ON CONFLICT DO NOTHING
      ) SELECT id FROM message`;
    return found !== undefined;
  }

  async page(status: 'open' | 'settled', limit: number, afterId: string | undefined) {
    return await this.database.messageReport.findMany({
      where: { settledAt: status === 'open' ? null : { not: null }, ...(afterId && { id: { gt: afterId } }) },
      include: { message: { select: { conversationId: true, senderId: true } } },
      orderBy: { id: 'asc' },
      take: limit,
    });
  }

  /** Of which message and sender a report is; null when there is none. */
  async find(id: string) {
    return await this.database.messageReport.findUnique({
      where: { id },
      select: { messageId: true, message: { select: { senderId: true } } },
    });
  }

  /** @returns false for one that is settled */
  async settle(tx: Transaction, id: string, adminId: string): Promise<boolean> {
    const { count } = await tx.messageReport.updateMany({
      where: { id, settledAt: null },
      data: { settledAt: new Date(), settledBy: adminId },
    });
    return count > 0;
  }
}
