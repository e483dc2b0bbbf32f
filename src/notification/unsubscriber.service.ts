import { Injectable } from '@nestjs/common';
import './kinds/index.js';
import { kindNamed } from './notification-kind.js';
import { NotificationRepository } from './notification.repository.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/** Ends mails for who follows the link in one. */
@Injectable()
export class Unsubscriber {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly rows: NotificationRepository,
  ) {}

  knows = (token: string): boolean => this.links.open(token) !== undefined;

  /** May be repeated. @returns false for a token that is none of ours */
  async unsubscribe(token: string): Promise<boolean> {
    const of = this.links.open(token);
    const kind = of && kindNamed(of.kind);
    if (!of || !kind) return false;
    await this.rows.unsubscribe(of.userId, kind.name, kind.defaults);
    return true;
  }
}
