import type { Answer } from './api-client.js';
import { waitUntil } from './wait-until.js';

/** As a client does that honours Retry-After: on a machine that is busy otherwise, some are told to come again. */
export async function insist<Body>(ask: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
  let answer = await ask();
  for (let again = 0; answer.status === 503 && again < 5; again += 1) {
    const comesBackAt = Date.now() + Number(answer.headers.get('retry-after')) * 1_000;
    await waitUntil('Retry-After has passed', () => Date.now() >= comesBackAt);
    answer = await ask();
  }
  return answer;
}
