import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Secrets } from '../config/secrets.js';

/** Whose mails of which kind a link ends. */
export interface Unsubscription {
  userId: string;
  kind: string;
}

/** Links that end mails of a kind without signing in, good for ever: all they can do is to spare somebody a mail. */
@Injectable()
export class UnsubscribeLinks {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
    private readonly secrets: Secrets,
  ) {}

  urlOf(of: Unsubscription): string {
    const [key] = this.keys();
    const token = `${of.userId}.${of.kind}.${macOf(of, key)}`;
    return `${this.config.publicUrl}/unsubscribe?token=${token}`;
  }

  /** Undefined for a token that is none of ours. */
  open(token: string): Unsubscription | undefined {
    const [userId = '', kind = '', mac = ''] = token.split('.');
    const isOurs = this.keys().some((key) => isSame(mac, macOf({ userId, kind }, key)));
    return isOurs ? { userId, kind } : undefined;
  }

  private keys = () => this.secrets.plainKeys('unsubscribe');
}

const macOf = ({ userId, kind }: Unsubscription, key: Buffer): string =>
  createHmac('sha256', key).update(`${userId}.${kind}`).digest('base64url');

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
