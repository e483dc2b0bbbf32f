import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit.service.js';
import type { Caller } from '../common/caller.js';
import { validationFailed } from '../common/validation.js';
import { Secrets } from '../config/secrets.js';
import { LimitInspector, type WindowUse } from '../rate-limit/limit-inspector.service.js';
import { parseSubject, textOf, type Subject } from '../rate-limit/subject.js';
import type { LimitView, SubjectLimits } from './limits.dto.js';

/** Limits as administrators see and forgive them. */
@Injectable()
export class LimitOperations {
  constructor(
    private readonly limits: LimitInspector,
    private readonly audit: AuditLog,
    private readonly secrets: Secrets,
  ) {}

  /** @throws AppError validation_failed */
  async look(text: string): Promise<SubjectLimits> {
    const subject = subjectFrom(text);
    return { subject: textOf(subject), data: (await this.limits.look(subject)).map(viewOf) };
  }

  /** Has the limits of the subject begin anew. @throws AppError validation_failed */
  async forgive(caller: Caller, text: string): Promise<void> {
    const subject = subjectFrom(text);
    const { kind, id } = subject;
    const [userId, details] =
      kind === 'user' ? [id, { kind }] : [caller.userId, { kind, whom: this.nameless(subject) }];
    // First: what was done is in the log, even if this process dies in between.
    await this.audit.record({ userId, actorId: caller.userId, action: 'limits.forgiven', details });
    await this.limits.forgive(subject);
  }

  /** The audit log names no address: this only shows that it was the same again. */
  private nameless = (subject: Subject): string => this.secrets.mac('forgiven limits', textOf(subject));
}

function subjectFrom(text: string): Subject {
  const subject = parseSubject(text);
  if (subject) return subject;
  const message = 'subject must be user:<id>, ip:<address>, account:<e-mail or username> or custom:<text>';
  throw validationFailed([{ path: 'subject', message }]);
}

const viewOf = ({ window, used, resetsAtMs }: WindowUse): LimitView => ({
  ...{ name: window.name, algorithm: window.algorithm, limit: window.limit },
  windowSec: window.windowMs / 1000,
  ...{ used, remaining: Math.max(0, window.limit - used) },
  resetsAt: resetsAtMs === null ? null : new Date(resetsAtMs).toISOString(),
});
