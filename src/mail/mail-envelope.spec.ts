import { describe, expect, it } from '@jest/globals';
import { newId } from '../common/id.js';
import { Secrets } from '../config/secrets.js';
import { Hopeless } from '../queue/job.js';
import { MailEnvelope } from './mail-envelope.js';

const [OLD, NEW] = ['the secret of last year, 32 bytes', 'the secret of this year, 32 bytes'];
const under = (...secrets: string[]) => new MailEnvelope(new Secrets(secrets));
const secret = { email: 'ada@example.org', purpose: 'login' };

describe('MailEnvelope', () => {
  it('seals what is secret and opens it again, also after the secret was replaced', () => {
    const data = under(OLD).seal({ kind: 'otp', secret });
    expect(JSON.stringify(data)).not.toMatch(/ada|example/);
    const before = Date.now();
    const { kind, order } = under(NEW, OLD).open({ id: newId(), data });
    expect([kind, order.secret, order.userId]).toEqual(['otp', secret, undefined]);
    expect(order.promisedAt.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('refuses what was sealed for another kind or elsewhere', () => {
    const data = under(OLD).seal({ kind: 'otp', secret });
    const moved = { ...data, kind: 'password_reset' as const };
    expect(() => under(OLD).open({ id: newId(), data: moved })).toThrow(Hopeless);
    expect(() => under(NEW).open({ id: newId(), data })).toThrow('another secret');
  });
});
