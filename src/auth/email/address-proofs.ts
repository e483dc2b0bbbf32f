import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit.service.js';
import { IdentityFollower } from '../identity/identity-follower.service.js';
import { SessionService } from '../session.service.js';
import { AddressRepository, type OwnAddress } from './address.repository.js';

/**
 * Proofs that an address is its owner's. Anybody may sign up with an address; whoever then proves it is its owner,
 * and must not share the account with whoever was there before.
 */
@Injectable()
export class AddressProofs {
  constructor(
    private readonly addresses: AddressRepository,
    private readonly sessions: SessionService,
    private readonly follower: IdentityFollower,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Accepts a proof; the first one ends the account's other sessions.
   * @param sessionId the one that brought the proof, which stays
   * @returns false when the address is no longer the user's, or the account is not active
   */
  async accept(own: OwnAddress, sessionId?: string): Promise<boolean> {
    const { userId } = own;
    const proof = await this.addresses.prove(own, async (tx) => {
      await this.audit.record({ userId, actorId: userId, action: 'email.verified' }, tx);
      await this.sessions.endAllWithin(tx, userId, { exceptId: sessionId });
      return await this.follower.promise(tx, userId);
    });
    if (proof?.first) await this.follower.followSoon(userId, proof.first);
    return proof !== undefined;
  }
}
