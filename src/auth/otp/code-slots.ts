import { Injectable } from '@nestjs/common';
import { Secrets } from '../../config/secrets.js';
import type { Key } from '../../redis/key.js';
import { keys } from '../../redis/keys.js';

export const OTP_PURPOSES = ['login', 'verify_email'] as const;

export type OtpPurpose = (typeof OTP_PURPOSES)[number];

/** Where a code rests, and what it is good for: its hash is bound to that, so no other place accepts it. */
export interface CodeSlot {
  boundTo: string;
  code: Key;
  guesses: Key;
}

/** Names the places of codes without naming anybody. */
@Injectable()
export class CodeSlots {
  constructor(private readonly secrets: Secrets) {}

  otp(email: string, purpose: OtpPurpose): CodeSlot {
    const address = this.address(email);
    return {
      boundTo: `${purpose} ${email}`,
      code: keys.code.otp(address, purpose),
      guesses: keys.code.otpGuesses(address),
    };
  }

  emailChange(userId: string): CodeSlot {
    return {
      boundTo: `email_change ${userId}`,
      code: keys.code.emailChange(userId),
      guesses: keys.code.emailChangeGuesses(userId),
    };
  }

  /** Counts the mails with codes that go to an address. */
  asked(email: string, purpose: OtpPurpose | 'email_change'): Key {
    return keys.code.asked(this.address(email), purpose);
  }

  /** Counts the changes of address that a user asks for. */
  emailChangeAsked(userId: string): Key {
    return keys.code.emailChangeAsked(userId);
  }

  private address(email: string): string {
    return this.secrets.mac('address', email);
  }
}
