import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Database } from '../database/database.service.js';
import { MailComposers } from '../mail/mail-composers.service.js';
import { mailText } from '../mail/mail-text.js';
import type { Mail, MailOrder } from '../mail/mail.types.js';
import './kinds/index.js';
import { MailAllowance } from './mail-allowance.service.js';
import { kindNamed } from './notification-kind.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/** Writes the mails about notifications, when they are about to be sent: nobody is sent what they have read, or is so no more. */
@Injectable()
export class NotificationMail implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly database: Database,
    private readonly links: UnsubscribeLinks,
    private readonly allowance: MailAllowance,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.composers.register('notification', async (order) => await this.compose(order));
  }

  private async compose({ secret, jobId }: MailOrder): Promise<Mail | undefined> {
    const row = await this.find(secret['notificationId'] ?? '');
    const kind = row && kindNamed(row.kind);
    if (!kind || row.readAt !== null) return undefined;
    const data = (row.data ?? {}) as object;
    if (kind.stillHolds?.(data, row.user) === false) return undefined;
    if (!kind.isOwed && !(await this.allowance.spend(row.userId, jobId))) return undefined;
    const { subject, paragraphs, action } = kind.mail(data);
    const unsubscribeUrl = this.links.urlOf({ userId: row.userId, kind: kind.name });
    return {
      ...{ to: row.user.email, subject, unsubscribeUrl },
      ...mailText({
        greeting: `Hello ${row.user.username},`,
        paragraphs,
        ...(action && {
          action: { label: action.label, url: `${this.config.publicUrl}${action.path}` },
        }),
        footer: {
          text: 'You get this mail because you chose to.',
          label: 'Unsubscribe',
          url: unsubscribeUrl,
        },
      }),
    };
  }

  /** One whose user still wants mails of its kind, and has an address that is known to be theirs. */
  private async find(id: string) {
    const row = await this.database.notification.findFirst({
      where: { id, user: { status: 'active', deletedAt: null, emailVerifiedAt: { not: null } } },
      include: {
        user: {
          select: {
            ...{ email: true, username: true, lastActiveAt: true },
            preferences: { select: { kind: true, email: true } },
          },
        },
      },
    });
    const isUnwanted = row?.user.preferences.some(({ kind, email }) => kind === row.kind && !email);
    return isUnwanted ? null : row;
  }
}
