import type { Caller } from '../common/caller.js';

/** Who may hold a socket, as the sessions say; provided by the feature that owns them. */
export abstract class SocketAuthenticator {
  /** @throws AppError unauthenticated, session_expired, unavailable */
  abstract authenticate(token: string, ip: string): Promise<Caller>;

  /**
   * Whether each caller's session still lives, in one round trip; that counts as a sign of life, so an open socket keeps
   * its session. Throws when that cannot be known now.
   */
  abstract stillAlive(callers: Caller[]): Promise<boolean[]>;
}
