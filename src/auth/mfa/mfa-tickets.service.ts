import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId } from '../../common/id.js';
import { Sealer } from '../../common/sealer.js';
import { Secrets } from '../../config/secrets.js';
import type { FactorRow } from './mfa.repository.js';
import { TICKET_MS } from './mfa.scripts.js';

interface TicketClaims {
  id: string;
  userId: string;
  /** By PostgreSQL's clock. */
  expiresAtMs: number;
  /** Of the password hash: a ticket dies with the password it was got by. */
  print: string;
}

const CONTEXT = 'mfa ticket';

/** Tickets say that the first factor was proved: sealed, for one user, for 5 minutes. */
@Injectable()
export class MfaTickets {
  private readonly sealer: Sealer;

  constructor(secrets: Secrets) {
    this.sealer = new Sealer(secrets.plainKeys(CONTEXT));
  }

  issue(row: FactorRow): string {
    const claims: TicketClaims = {
      ...{ id: newId(), userId: row.userId, print: printOf(row) },
      expiresAtMs: row.atSec * 1000 + TICKET_MS,
    };
    return this.sealer.seal(JSON.stringify(claims), CONTEXT);
  }

  /** What a ticket of ours says; undefined for anything else. */
  read(ticket: string): TicketClaims | undefined {
    const text = this.sealer.open(ticket, CONTEXT);
    return text === undefined ? undefined : (JSON.parse(text) as TicketClaims);
  }

  /** Whether a ticket still holds for the account as it now is. */
  isGood({ expiresAtMs, print }: TicketClaims, row: FactorRow): boolean {
    return row.atSec * 1000 < expiresAtMs && print === printOf(row);
  }
}

const printOf = ({ passwordHash }: FactorRow): string =>
  createHash('sha256').update(passwordHash).digest('base64url');
