import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError, type FieldError } from '../common/errors.js';
import { idFromCursor, pageOf } from '../common/page.js';
import { validationFailed } from '../common/validation.js';
import { kindNamed, notificationKinds, type Channels } from './notification-kind.js';
import type { NotificationPage, NotificationQuery, UnreadCount } from './notification.dto.js';
import { NotificationRepository } from './notification.repository.js';
import { viewOf } from './notification-view.js';

/** What users do with their notifications. */
@Injectable()
export class NotificationService {
  constructor(private readonly rows: NotificationRepository) {}

  async list({ userId }: Caller, { unread, limit, cursor }: NotificationQuery): Promise<NotificationPage> {
    const beforeId = idFromCursor(cursor);
    const [rows, unreadCount] = await Promise.all([
      this.rows.page(userId, { unread, limit: limit + 1, beforeId }),
      this.rows.countUnread(userId),
    ]);
    return { ...pageOf(rows, limit, viewOf), unreadCount };
  }

  /** May be repeated. @throws AppError not_found */
  async read({ userId }: Caller, id: string): Promise<UnreadCount> {
    if (!(await this.rows.read(userId, id)))
      throw new AppError('not_found', { detail: 'There is no such notification' });
    return { unreadCount: await this.rows.countUnread(userId) };
  }

  async readAll({ userId }: Caller): Promise<UnreadCount> {
    await this.rows.readAll(userId);
    return { unreadCount: await this.rows.countUnread(userId) };
  }

  /** What a user has seen elsewhere is no news any more: `conversation:{id}` once it is read. */
  async readAbout(userId: string, about: string): Promise<void> {
    await this.rows.readAbout(userId, about);
  }

  /** Of every kind, whether chosen or not. */
  async preferences({ userId }: Caller): Promise<Record<string, Channels>> {
    const chosen = await this.rows.preferences(userId);
    return Object.fromEntries(
      notificationKinds().map(({ name, defaults }) => [name, chosen.get(name) ?? defaults]),
    );
  }

  /** Kinds that are left out stay as they are. @throws AppError validation_failed */
  async prefer(caller: Caller, wanted: unknown): Promise<Record<string, Channels>> {
    await this.rows.prefer(caller.userId, channelsOf(wanted));
    return await this.preferences(caller);
  }
}

function channelsOf(wanted: unknown): Map<string, Channels> {
  if (!isObject(wanted)) throw validationFailed([{ path: '', message: 'must be an object' }]);
  const errors: FieldError[] = Object.entries(wanted).flatMap(([kind, value]) => problemsOf(kind, value));
  if (errors.length > 0) throw validationFailed(errors);
  return new Map(Object.entries(wanted as Record<string, Channels>));
}

const CHANNELS = ['inApp', 'email'];

function problemsOf(kind: string, value: unknown): FieldError[] {
  if (!kindNamed(kind)) return [{ path: kind, message: 'is no kind of notification' }];
  if (!isObject(value)) return [{ path: kind, message: 'must be { inApp, email }' }];
  const names = new Set([...CHANNELS, ...Object.keys(value)]);
  return [...names].flatMap((name) => {
    const path = `${kind}.${name}`;
    if (!CHANNELS.includes(name)) return [{ path, message: 'is not known here' }];
    return typeof value[name] === 'boolean' ? [] : [{ path, message: 'must be true or false' }];
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
