import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';
import { Outbox } from '../jobs/outbox.service.js';
import { MailService } from '../mail/mail.service.js';
import type { JobInput } from '../queue/job.js';
import type { NotificationKind } from './notification-kind.js';
import { tellNotifications } from './notification.jobs.js';
import { NotificationRepository, type NewNotification } from './notification.repository.js';

const TOLD_AT_ONCE = 100;

export interface Notice<Data extends object> extends NewNotification {
  data: Data;
}

/** Jobs that a commit promised, to be enqueued after it. */
export interface PromisedNotices {
  tells: JobInput[];
  mails: JobInput[];
}

/** Tells users, each as they prefer: in the app, live, by mail. */
@Injectable()
export class Notifier {
  constructor(
    private readonly rows: NotificationRepository,
    private readonly outbox: Outbox,
    private readonly mails: MailService,
  ) {}

  /** Notifies in the commit that is the reason; hand the result to `soon` afterwards. May be repeated. */
  async notify<Data extends object>(
    tx: Transaction,
    kind: NotificationKind<Data>,
    notices: Notice<Data>[],
  ): Promise<PromisedNotices> {
    if (notices.length === 0) return { tells: [], mails: [] };
    const written = await this.rows.insert(tx, kind.name, kind.defaults, notices);
    const shown = written.filter(({ inApp }) => inApp).map(({ id }) => id);
    const pages = [];
    for (let at = 0; at < shown.length; at += TOLD_AT_ONCE) pages.push(shown.slice(at, at + TOLD_AT_ONCE));
    const wishes = written
      .filter(({ email }) => email)
      .map(({ id, userId }) => ({ kind: 'notification' as const, userId, secret: { notificationId: id } }));
    return {
      tells: await this.outbox.addAll(
        tx,
        tellNotifications,
        pages.map((ids) => ({ ids: ids.join() })),
      ),
      mails: await this.mails.promiseLater(tx, wishes, kind.mailAfterMs),
    };
  }

  /** Who would be told of something new, in whichever way. */
  async untold<Data extends object>(
    kind: NotificationKind<Data>,
    notices: Notice<Data>[],
  ): Promise<string[]> {
    return await this.rows.untold(kind.name, kind.defaults, notices);
  }

  async soon({ tells, mails }: PromisedNotices): Promise<void> {
    await this.outbox.enqueueSoon(tellNotifications, tells);
    await this.mails.sendSoon(...mails);
  }
}
