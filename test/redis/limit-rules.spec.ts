import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Public } from '../../src/auth/access.decorators.js';
import { RateLimit } from '../../src/rate-limit/rate-limit.decorator.js';
import { startAccessApp, type AccessApp } from '../support/access-app.js';
import { waitUntil } from '../support/wait-until.js';

const MINUTE = { windowSec: 60 };

/** A route for each way to count. */
@Controller('rules')
class RulesController {
  @Post('account')
  @HttpCode(200)
  @Public()
  @RateLimit({ name: 'TRIED_ACCOUNT', by: 'account', algorithm: 'gcra', limit: 3, ...MINUTE })
  account(): object {
    return {};
  }

  @Post('own')
  @HttpCode(200)
  @RateLimit({ name: 'TRIED_OWN', by: 'user', algorithm: 'gcra', limit: 30, ...MINUTE })
  own(): object {
    return {};
  }

  @Post('both')
  @HttpCode(200)
  @RateLimit(
    { name: 'TRIED_USER', by: 'user', algorithm: 'gcra', limit: 30, ...MINUTE },
    { name: 'TRIED_SLIDING', by: 'user', algorithm: 'sliding', limit: 30, ...MINUTE },
    { name: 'TRIED_ADDRESS', by: 'ip', algorithm: 'fixed', limit: 2, ...MINUTE },
  )
  both(): object {
    return {};
  }

  @Get('quizzes/:id')
  @RateLimit({
    ...{ name: 'TRIED_QUIZ', algorithm: 'sliding', limit: 2, ...MINUTE },
    by: ({ params }) => `quiz ${String(params['id'])}`,
  })
  quiz(): object {
    return {};
  }

  @Get('closed')
  @Public()
  @RateLimit({ name: 'TRIED_CLOSED', by: 'ip', algorithm: 'fixed', limit: 9, ...MINUTE })
  closed(): object {
    return {};
  }

  @Get('open')
  @Public()
  @RateLimit({ name: 'TRIED_OPEN', by: 'ip', algorithm: 'fixed', limit: 9, ...MINUTE, whenAway: 'admit' })
  open(): object {
    return {};
  }
}

describe('rules of a route', () => {
  let at: AccessApp;
  beforeAll(async () => void (at = await startAccessApp([RulesController])));
  afterAll(async () => await at.stop());

  const from = (address: string) => ({ 'x-forwarded-for': address });
  const name = async (identifier: string, address: string) =>
    await at.anyone().post('/rules/account', { identifier }, from(address));

  it('by account count who is named, however it is written, over all addresses, and keep no name', async () => {
    const written = ['Ada@Example.org', ' ada@example.org', 'ADA@EXAMPLE.ORG'];
    for (const [i, identifier] of written.entries())
      expect((await name(identifier, `198.51.100.${i}`)).status).toBe(200);
    const refused = await name('ada@example.org', '198.51.100.9');
    expect([refused.status, refused.body['code']]).toEqual([429, 'rate_limited']);
    expect(refused.headers.get('ratelimit-policy')).toBe('"tried_account";q=3;w=60');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(18);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    expect(refused.headers.get('ratelimit')).toBe(
      `"tried_account";r=0;t=${refused.headers.get('retry-after')}`,
    );
    expect((await name('grace@example.org', '198.51.100.9')).status).toBe(200);
    expect((await at.redis.redis.keys('*')).filter((key) => /ada|grace/i.test(key))).toEqual([]);
  });

  it('of several owners: a refusal of one stores nothing at the others, however many come', async () => {
    for (let i = 0; i < 3; i += 1) expect((await name('busy', `192.0.2.${i}`)).status).toBe(200);
    const refusals = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => await name('busy', `203.0.113.${i % 2}`)),
    );
    expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set([429]));
    expect(await at.redis.redis.keys('rs:{ip:203.0.113.*}:*')).toEqual([]);
  });

  it('of a user and an address are spent together or not at all', async () => {
    const client = await at.signedIn();
    const of = `rs:{user:${client.user.userId}}`;
    const spent = async () =>
      await Promise.all([
        at.redis.redis.get(`${of}:limit:user`),
        at.redis.redis.get(`${of}:gcra:tried_user`),
        at.redis.redis.zcard(`${of}:sliding:tried_sliding`),
      ]);
    for (let i = 0; i < 2; i += 1)
      expect((await client.post('/rules/both', {}, from('192.0.2.77'))).status).toBe(200);
    const before = await spent();
    expect(before[2]).toBe(2);
    const refused = await client.post('/rules/both', {}, from('192.0.2.77'));
    expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([
      429,
      '"tried_address";q=2;w=60',
    ]);
    expect(await spent()).toEqual(before);
    expect((await client.post('/rules/both', {}, from('192.0.2.78'))).status).toBe(200);
  });

  it('by a function of the request count what it returns', async () => {
    const clients = [await at.signedIn(), await at.signedIn(), await at.signedIn()];
    const statuses = [];
    for (const client of clients) statuses.push((await client.get('/rules/quizzes/7')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await clients[2]?.get('/rules/quizzes/8'))?.status).toBe(200);
    expect((await at.redis.redis.keys('rs:{custom:*')).join()).not.toMatch(/quiz [78]/);
  });

  it('of a user cost one command, with the session', async () => {
    const client = await at.signedIn();
    const monitor = await at.redis.redis.monitor();
    const commands: string[] = [];
    monitor.on('monitor', (_time: string, [command = '']: string[], source: string) => {
      if (source !== 'lua') commands.push(command.toLowerCase());
    });
    const answer = await client.post('/rules/own');
    await at.redis.redis.ping();
    await waitUntil('the monitor has seen all', () => commands.includes('ping'));
    monitor.disconnect();
    expect(answer.headers.get('ratelimit-policy')).toBe('"tried_own";q=30;w=60');
    expect(commands).toEqual(['evalsha', 'ping']);
  });

  it('while Redis is away refuse or admit, each as it says', async () => {
    await at.redis.server.stop();
    const closed = await at.anyone().get('/rules/closed');
    expect([closed.status, closed.body['code']]).toEqual([503, 'unavailable']);
    expect(Number(closed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await at.anyone().get('/rules/open')).status).toBe(200);
    expect((await name('ada', '198.51.100.1')).status).toBe(503);
  });
});
