import { describe, expect, it } from '@jest/globals';
import { newId } from '../common/id.js';
import { Secrets } from '../config/secrets.js';
import { MailEnvelope } from './mail-envelope.js';

const [OLD, NEW] = ['the secret of last year, 32 bytes', 'the secret of this year, 32 bytes'];
const under = (...secrets: string[]) => new MailEnvelope(new Secrets(secrets));
const secret = { email: 'ada@example.org', purpose: 'login' };

describe('MailEnvelope', () => {
  it('seals what is secret and opens it again, also after the secret was replaced', async () => {
    const data = under(OLD).seal({ kind: 'otp', secret });
    expect(JSON.stringify(data)).not.toMatch(/ada|example/);
    const before = Date.now();
    const { kind, order } = await under(NEW, OLD).open({ id: newId(), data });
    expect([kind, order.secret, order.userId]).toEqual(['otp', secret, undefined]);
    expect(order.promisedAt.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('refuses what was sealed for another kind or elsewhere, and jobs of no known shape', async () => {
    const data = under(OLD).seal({ kind: 'otp', secret });
    for (const bad of [
      { ...data, kind: 'password_reset' },
      { ...data, kind: 'no such kind' },
      { ...data, userId: 'not an id' },
      { ...data, sealed: 1 },
    ])
      await expect(under(OLD).open({ id: newId(), data: bad })).rejects.toBeDefined();
    await expect(under(NEW).open({ id: newId(), data })).rejects.toThrow('another secret');
  });
});
