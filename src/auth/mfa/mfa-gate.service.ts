import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors.js';
import { MfaCodes } from './mfa-codes.service.js';
import { MfaTickets } from './mfa-tickets.service.js';
import { badTicket, MfaTries } from './mfa-tries.service.js';
import type { VerifyMfa } from './mfa.dto.js';
import { isInForce, MfaRepository, type FactorInForce } from './mfa.repository.js';

/** Stands between a proved first factor and the session. */
@Injectable()
export class MfaGate {
  constructor(
    private readonly factors: MfaRepository,
    private readonly tickets: MfaTickets,
    private readonly tries: MfaTries,
    private readonly codes: MfaCodes,
  ) {}

  /**
   * Lets a log-in pass whose account has no second factor in force.
   * @param passwordHash what the password was compared with, where it was: the ticket is good while it stays
   * @throws AppError mfa_required, with a ticket
   */
  async requireNoSecondFactor(userId: string, passwordHash?: string): Promise<void> {
    const row = await this.factors.find(userId);
    if (!isInForce(row)) return;
    throw new AppError('mfa_required', {
      detail:
        'Send the ticket with a code of your authenticator app, or a recovery code, to /auth/mfa/verify',
      ticket: this.tickets.issue({ ...row, passwordHash: passwordHash ?? row.passwordHash }),
    });
  }

  /**
   * The account whose log-in is complete with this code; uses up ticket and code.
   * @throws AppError invalid_code, invalid_token, login_locked
   */
  async verify({ ticket, code }: VerifyMfa): Promise<FactorInForce> {
    const claims = this.tickets.read(ticket);
    const row = claims && (await this.factors.find(claims.userId));
    if (!isInForce(row) || !claims || !this.tickets.isGood(claims, row)) throw badTicket();
    const { userId } = row;
    await this.tries.attempt({ userId, scope: 'log-in', ticketId: claims.id }, async () => {
      return await this.codes.use(row, code);
    });
    return row;
  }
}
