import { Injectable } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Database, type Transaction } from '../database/database.service.js';

/** What can happen to an account, and what administrators do to the system (theirs is the account then). */
export type AuditAction =
  | 'account.created'
  | 'account.deleted'
  | 'account.banned'
  | 'account.unbanned'
  | 'account.exported'
  | 'account.dormant'
  | 'account.returned'
  | 'role.changed'
  | 'session.opened'
  | 'session.ended'
  | 'session.replayed'
  | 'login.locked'
  | 'password.reset_requested'
  | 'password.reset'
  | 'password.changed'
  | 'email.verified'
  | 'email.change_requested'
  | 'email.changed'
  | 'mfa.enrolled'
  | 'mfa.confirmed'
  | 'mfa.disabled'
  | 'mfa.recovery_used'
  | 'queue.paused'
  | 'queue.resumed'
  | 'queue.retried'
  | 'job.retried'
  | 'job.removed'
  | 'leaderboards.verified'
  | 'leaderboards.rebuilt'
  | 'message.judged'
  | 'limits.forgiven';

export interface AuditEvent {
  /** The account it happened to. */
  userId: string;
  /** Who did it; null for somebody who was not signed in. */
  actorId: string | null;
  action: AuditAction;
  /** Small facts, never a secret, an address or a name. */
  details?: Record<string, string | number | boolean>;
}

export interface AuditRow extends AuditEvent {
  id: string;
  createdAt: Date;
}

/** Writes down what happens to accounts, in the commit in which it happens where there is one. */
@Injectable()
export class AuditLog {
  constructor(private readonly database: Database) {}

  async record(event: AuditEvent, tx: Transaction = this.database): Promise<void> {
    await this.recordAll([event], tx);
  }

  async recordAll(events: AuditEvent[], tx: Transaction = this.database): Promise<void> {
    if (events.length === 0) return;
    await tx.$executeRaw`
      INSERT INTO audit_log (id, user_id, actor_id, action, details)
      SELECT id, user_id, actor_id, action, details::jsonb FROM unnest(
        ${events.map(() => newId())}::uuid[], ${events.map(({ userId }) => userId)}::uuid[],
        ${events.map(({ actorId }) => actorId)}::uuid[], ${events.map(({ action }) => action)}::text[],
        ${events.map(({ details = {} }) => JSON.stringify(details))}::text[]
      ) AS event (id, user_id, actor_id, action, details)`;
  }

  /** What happened to an account, newest first, after the entry `after` of this order. */
  async of(userId: string, limit: number, after?: string): Promise<AuditRow[]> {
    const rows = await this.database.auditEntry.findMany({
      where: { userId, id: after === undefined ? undefined : { lt: after } },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map((row) => ({
      ...row,
      action: row.action as AuditAction,
      details: row.details as Record<string, string | number | boolean>,
    }));
  }
}
