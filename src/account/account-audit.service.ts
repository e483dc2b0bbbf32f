import { Injectable } from '@nestjs/common';
import { AuditLog, type AuditRow } from '../audit/audit.service.js';
import { AppError } from '../common/errors.js';
import { idFromCursor, pageOf, type Page, type PageQuery } from '../common/page.js';
import { AccountStateRepository } from './account.repository.js';
import type { AuditEntry } from './admin-users.dto.js';

/** What happened to accounts, for administrators. */
@Injectable()
export class AccountAudit {
  constructor(
    private readonly accounts: AccountStateRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first. @throws AppError not_found for an account that never was */
  async page(userId: string, { limit, cursor }: PageQuery): Promise<Page<AuditEntry>> {
    const rows = await this.audit.of(userId, limit + 1, idFromCursor(cursor));
    if (rows.length === 0 && !(await this.accounts.find(userId))) throw new AppError('not_found');
    return pageOf(rows, limit, entryView);
  }
}

const entryView = ({ id, action, actorId, details, createdAt }: AuditRow): AuditEntry => ({
  ...{ id, action, actorId },
  details: details ?? {},
  createdAt: createdAt.toISOString(),
});
