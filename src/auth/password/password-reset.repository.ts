import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Database, type Transaction } from '../../database/database.service.js';

const VALID_MINUTES = 30;

export interface ResetOwner {
  id: string;
  username: string;
  email: string;
}

/** Links to set a new password. Only the SHA-256 of a token is stored; 256 random bits need no slower hash. */
@Injectable()
export class PasswordResetRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores a token for 30 minutes; the user's older ones die.
   * @returns false, and stores nothing, when the address is no longer the user's
   */
  async store(tx: Transaction, { id: userId, email }: ResetOwner, token: string): Promise<boolean> {
    // The lock orders two mails composed at once, which would not see each other's tokens, and a change of the address.
    const held = await tx.$queryRaw<object[]>`
      SELECT 1 FROM users WHERE id = ${userId}::uuid AND email = ${email} FOR NO KEY UPDATE`;
    if (held.length === 0) return false;
    await this.dropAll(tx, userId);
    await tx.$executeRaw`
      INSERT INTO password_resets (token_hash, user_id, expires_at)
      VALUES (${hashOf(token)}, ${userId}::uuid, now() + make_interval(mins => ${VALID_MINUTES}::int))`;
    return true;
  }

  /** Whose password the token may set; undefined when it is wrong, used or too old. */
  async ownerOf(token: string): Promise<ResetOwner | undefined> {
    const [owner] = await this.database.$queryRaw<ResetOwner[]>`
      SELECT u.id, u.username, u.email FROM password_resets r JOIN users u ON u.id = r.user_id
      WHERE r.token_hash = ${hashOf(token)} AND r.used_at IS NULL AND r.expires_at > now()
        AND u.deleted_at IS NULL`;
    return owner;
  }

  /** Takes the token; of many at once, one gets true. */
  async use(tx: Transaction, token: string): Promise<boolean> {
    const used = await tx.$executeRaw`
      UPDATE password_resets SET used_at = now()
      WHERE token_hash = ${hashOf(token)} AND used_at IS NULL AND expires_at > now()`;
    return used === 1;
  }

  /** None of the user's links is good any more. */
  async dropAll(tx: Transaction, userId: string): Promise<void> {
    await tx.$executeRaw`DELETE FROM password_resets WHERE user_id = ${userId}::uuid AND used_at IS NULL`;
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
