import { Injectable } from '@nestjs/common';
import { Sealer } from '../../common/sealer.js';
import { Secrets } from '../../config/secrets.js';

/** An address that waits in Redis to become a user's, sealed for that user. */
@Injectable()
export class PendingAddress {
  private readonly sealer: Sealer;

  constructor(secrets: Secrets) {
    this.sealer = new Sealer(secrets.plainKeys('email change'));
  }

  seal(userId: string, email: string): string {
    return this.sealer.seal(email, userId);
  }

  open(userId: string, sealed: string): string | undefined {
    return this.sealer.open(sealed, userId);
  }
}
