import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { AuditLog } from '../../audit/audit.service.js';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/environment.js';
import { Database } from '../../database/database.service.js';
import { MailComposers } from '../../mail/mail-composers.service.js';
import { mailText } from '../../mail/mail-text.js';
import type { Mail, MailOrder } from '../../mail/mail.types.js';
import { ForgotPasswordService } from './forgot-password.service.js';
import { PasswordResetRepository } from './password-reset.repository.js';

const TOKEN_BYTES = 32;

/** Writes the mail with the link to a new password, and the notice that there is one. */
@Injectable()
export class PasswordMail implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly composers: MailComposers,
    private readonly database: Database,
    private readonly forgotten: ForgotPasswordService,
    private readonly resets: PasswordResetRepository,
    private readonly audit: AuditLog,
  ) {}

  onModuleInit(): void {
    this.composers.register('password_reset', async (order) => await this.link(order));
    this.composers.register('password_changed', async (order) => await this.notice(order));
  }

  /** Makes the token here, where nobody waits for the answer. Delivered twice, the later mail has the link that works. */
  private async link({ jobId, secret }: MailOrder): Promise<Mail | undefined> {
    const user = await this.database.user.findUnique({
      where: { email: secret['email'] ?? '', deletedAt: null, status: 'active' },
      select: { id: true, email: true, username: true },
    });
    if (!user || !(await this.forgotten.mayBeSent(user.email, jobId))) return undefined;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const stored = await this.database.$transaction(async (tx) => {
      if (!(await this.resets.store(tx, user, token))) return false;
      await this.audit.record({ userId: user.id, actorId: null, action: 'password.reset_requested' }, tx);
      return true;
    });
    if (!stored) return undefined;
    return {
      to: user.email,
      subject: 'Set a new password for RediStack',
      ...mailText({
        greeting: `Hello ${user.username},`,
        paragraphs: [
          'somebody asked for a link to set a new password for your account.',
          'The link works once, within 30 minutes. All your sessions will end, and you log in with the new password.',
          'If it was not you, you need do nothing: your password stays as it is.',
        ],
        action: { label: 'Set a new password', url: this.linkOf(token) },
      }),
    };
  }

  private async notice({ userId }: MailOrder): Promise<Mail | undefined> {
    const user = await this.database.user.findUnique({
      where: { id: userId ?? '', deletedAt: null },
      select: { email: true, username: true },
    });
    if (!user) return undefined;
    return {
      to: user.email,
      subject: 'Your RediStack password was changed',
      ...mailText({
        greeting: `Hello ${user.username},`,
        paragraphs: [
          'the password of your account was changed, and its other sessions were ended.',
          'If it was not you, ask for a link to a new password at once, and check who can read your mail.',
        ],
      }),
    };
  }

  /** The base is what the operator says, never what a request does: a forged `Host` must not lead to another site. */
  private linkOf(token: string): string {
    return `${this.config.publicUrl}/reset-password?token=${token}`;
  }
}
