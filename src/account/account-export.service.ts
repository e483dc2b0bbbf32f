import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import { AuditLog } from '../audit/audit.service.js';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { AccountExportRepository, type ExportRow, type ExportSection } from './account-export.repository.js';

/** Hands out all that is held on a user (GDPR, articles 15 and 20) as one JSON document, written as it is read. */
@Injectable()
export class AccountExportService {
  constructor(
    private readonly held: AccountExportRepository,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError not_found */
  async export({ userId, username }: Caller): Promise<StreamableFile> {
    const account = await this.held.account(userId);
    if (!account) throw new AppError('not_found');
    await this.audit.record({ userId, actorId: userId, action: 'account.exported' });
    const text = Readable.from(documentOf(account, this.held.sections(userId)), { objectMode: false });
    // A read that fails on the way breaks the connection off: that is how Nest ends a StreamableFile.
    return new StreamableFile(text, {
      type: 'application/json',
      disposition: `attachment; filename="redistack-${username}.json"`,
    });
  }
}

async function* documentOf(account: ExportRow, sections: ExportSection[]): AsyncGenerator<string> {
  yield `{"exportedAt":${jsonOf(new Date())},"account":${jsonOf(account)}`;
  for (const section of sections) {
    yield `,"${section.name}":[`;
    yield* rowsOf(section);
    yield ']';
  }
  yield '}';
}

async function* rowsOf({ page, pageSize }: ExportSection): AsyncGenerator<string> {
  let last: ExportRow | undefined;
  for (;;) {
    const rows = await page(last, pageSize);
    if (rows.length > 0) yield (last ? ',' : '') + rows.map(jsonOf).join(',');
    last = rows.at(-1);
    if (rows.length < pageSize || !last) return;
  }
}

/** Numbers that need 64 bits (seq, ordinal) are told as text. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
