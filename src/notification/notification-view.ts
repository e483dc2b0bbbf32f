import { kindNamed } from './notification-kind.js';
import type { NotificationView } from './notification.dto.js';
import type { NotificationRow } from './notification.repository.js';

/** As its user sees it. One of a kind that is told no more has lost its words. */
export function viewOf({ id, kind, data, createdAt, readAt }: NotificationRow): NotificationView {
  const held = (data ?? {}) as object;
  return {
    ...{ id, kind, data: held },
    text: kindNamed(kind)?.text(held) ?? '',
    ...{ createdAt: createdAt.toISOString(), readAt: readAt?.toISOString() ?? null },
  };
}
