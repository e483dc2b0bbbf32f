import { generateSync } from 'otplib';
import type { ApiClient, Answer, Tokens } from './api-client.js';
import type { ProblemView } from './problems.js';
import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

const STEP_SEC = 30;
/** As long as a test takes from its first code to its last, on a busy machine. */
const SPARE_SEC = 10;

/** A code of this secret, `drift` steps from now. */
export const codeOf = (secret: string, drift = 0): string =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + drift * STEP_SEC });

/** Six digits that are no code of this secret, now or a few steps from now. */
export function wrongCode(secret: string, salt = 0): string {
  const near = new Set([-3, -2, -1, 0, 1, 2, 3].map((drift) => codeOf(secret, drift)));
  for (let number = salt; ; number += 1) {
    const code = String(number % 1_000_000).padStart(6, '0');
    if (!near.has(code)) return code;
  }
}

/** Returns when a code made now is not about to become an older one. */
export const early = async (): Promise<void> =>
  await waitUntil('a step has begun', () => (Date.now() / 1000) % STEP_SEC < STEP_SEC - SPARE_SEC);

export interface Enrolment {
  client: ApiClient;
  secret: string;
  recoveryCodes: string[];
}

/** A learner whose second factor is on. The step of the confirming code counts as long past. */
export async function withSecondFactor(stack: Stack, client?: ApiClient): Promise<Enrolment> {
  const learner = client ?? (await stack.client().signUp());
  const { secret } = (await learner.post<{ secret: string }>('/auth/mfa/totp')).body;
  const confirmed = await learner.post<{ recoveryCodes: string[] }>('/auth/mfa/totp/confirm', {
    code: codeOf(secret),
  });
  await asIfLater(stack, learner);
  return { client: learner, secret, recoveryCodes: confirmed.body.recoveryCodes };
}

/** As if the steps of the codes used so far were long past. */
export const asIfLater = async (stack: Stack, { user }: ApiClient) =>
  await stack.sql('UPDATE users SET totp_step = 0 WHERE id = $1', [user.userId]);

export type MfaRequired = ProblemView & { ticket: string };
export type Verified = Answer<Tokens & ProblemView>;
