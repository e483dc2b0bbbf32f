import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId } from '../../common/id.js';
import { Secrets } from '../../config/secrets.js';
import type { Key } from '../../redis/key.js';
import { ScriptRunner } from '../../redis/script-runner.js';
import type { CodeSlot } from './code-slots.js';
import { askCode, redeemCode, storeCode } from './otp.scripts.js';

const DIGITS = 6;
const MINUTE_MS = 60_000;

/**
 * Six digits by mail, good for 10 minutes, once, as NIST SP 800-63B (section 3.1.3) wants codes out of band. Redis
 * holds a keyed hash only, since a million codes are tried in no time. All limits are counted in scripts.
 */
@Injectable()
export class OneTimeCodes {
  constructor(
    private readonly secrets: Secrets,
    private readonly scripts: ScriptRunner,
  ) {}

  /**
   * Counts a request: at most one a minute and 5 an hour.
   * @param order names it, as the mail's job does; the same one counts once
   * @returns ms to wait; 0 when it is let through
   */
  async ask(asked: Key, order: string, intervalMs = MINUTE_MS): Promise<number> {
    return await this.scripts.run(askCode, { asked, order, intervalMs });
  }

  /**
   * Makes a code in place of the one before.
   * @param holder what `redeem` shall answer
   * @param order the mail's job, a UUIDv7
   * @returns the code, to be sent and forgotten; undefined when a later order has made one
   */
  async issue(slot: CodeSlot, holder: string, order: string): Promise<string | undefined> {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const stored = await this.scripts.run(storeCode, {
      ...{ code: slot.code, hash: this.hash(slot, code), holder, order },
    });
    return stored ? code : undefined;
  }

  /** What the code was issued for; undefined when it is wrong, spent or past its time, or too many were tried. */
  async redeem(slot: CodeSlot, code: string): Promise<string | undefined> {
    const { code: key, guesses } = slot;
    return await this.scripts.run(redeemCode, {
      ...{ code: key, guesses, hash: this.hash(slot, code), guess: newId() },
    });
  }

  private hash(slot: CodeSlot, code: string): string {
    return this.secrets.mac('otp', `${slot.boundTo} ${code}`);
  }
}
