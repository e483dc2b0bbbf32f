import { Injectable } from '@nestjs/common';
import type { MailComposer, MailKind } from './mail.types.js';

/** Who writes which mail. Features register theirs in the worker, at `onModuleInit`. */
@Injectable()
export class MailComposers {
  private readonly composers = new Map<MailKind, MailComposer>();

  /** @throws Error when the kind has a composer already */
  register(kind: MailKind, composer: MailComposer): void {
    if (this.composers.has(kind)) throw new Error(`Mails of kind ${kind} have a composer already`);
    this.composers.set(kind, composer);
  }

  /** @throws Error when nobody writes such mails */
  of(kind: MailKind): MailComposer {
    const composer = this.composers.get(kind);
    if (!composer) throw new Error(`Nobody composes mails of kind ${kind}`);
    return composer;
  }
}
