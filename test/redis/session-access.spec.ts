import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
import { SocketAuthenticator } from '../../src/events/socket-authenticator.js';
import { Secrets } from '../../src/config/secrets.js';
import { ADMIN, PASSWORD, startAccessApp, type AccessApp } from '../support/access-app.js';
import type { ApiClient, Tokens } from '../support/api-client.js';

describe('access over HTTP', () => {
  let at: AccessApp;

  beforeAll(async () => void (at = await startAccessApp()));
  afterAll(async () => await at.stop());
  const anyone = () => at.anyone();
  const signedIn = async () => await at.signedIn();
  const withToken = async (token: string) =>
    await anyone().get('/probe', { authorization: `Bearer ${token}`, 'x-forwarded-for': '198.51.100.1' });

  it('refuses what is not one of its tokens', async () => {
    const client = await signedIn();
    const { session, user } = tokensOf(client);
    const claims = { sub: user.userId, sid: session.id };
    const jwt = new JwtService({});
    const { key, kid } = new Secrets(at.config.secrets).keys('access token')[0];
    const good = { secret: key, keyid: kid, issuer: 'redistack', audience: 'redistack-api', expiresIn: 60 };
    expect((await withToken(await jwt.signAsync(claims, good))).status).toBe(200);
    const bad = await Promise.all([
      jwt.signAsync(claims, { ...good, secret: at.config.JWT_SECRET }),
      jwt.signAsync(claims, { ...good, issuer: 'another' }),
      jwt.signAsync(claims, { ...good, audience: 'another' }),
      jwt.signAsync(claims, { ...good, algorithm: 'HS512' }),
      jwt.signAsync(claims, { ...good, expiresIn: -1 }),
      jwt.signAsync({ ...claims, sid: "x' OR 1=1" }, good),
      jwt.signAsync(claims, { ...good, keyid: 'another' }),
      jwt.signAsync(claims, { secret: key, keyid: kid, issuer: good.issuer, audience: good.audience }),
    ]);
    const none = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    for (const token of [...bad, `${none.join('.')}.`, '', 'x.y.z']) {
      const { status, body } = await withToken(token);
      expect([status, body['code']]).toEqual([401, 'unauthenticated']);
    }
    const elsewhere = await jwt.signAsync({ ...claims, sub: (await signedIn()).user.userId }, good);
    expect((await withToken(elsewhere)).body).toMatchObject({ code: 'unauthenticated' });
  });

  it('ends the session at log-out: the access token stops working at once', async () => {
    const client = await signedIn();
    expect((await client.post('/auth/logout')).status).toBe(204);
    expect((await client.get('/probe')).body).toMatchObject({ code: 'unauthenticated' });
    const refresh = await anyone().post('/auth/refresh', { refreshToken: client.tokens?.refreshToken });
    expect(refresh.body).toMatchObject({ code: 'session_expired' });
  });

  it('spends a route’s own limit of a user, and says exactly when to come back', async () => {
    const client = await signedIn();
    const answers = await Promise.all(
      Array.from({ length: 30 }, async () => await client.post('/probe/limited')),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(25);
    for (const { headers, body } of refused) {
      expect(body).toMatchObject({ code: 'rate_limited' });
      const retryAfter = Number(headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThanOrEqual(58);
      expect(retryAfter).toBeLessThanOrEqual(60);
      expect(headers.get('ratelimit-policy')).toBe('"submission";q=5;w=60');
      expect(headers.get('ratelimit')).toBe(`"submission";r=0;t=${retryAfter}`);
    }
    expect((await client.get('/probe')).headers.get('ratelimit-policy')).toBe('"user";q=600;w=60');
  });

  it('spends one slot for one Idempotency-Key, and none for what was answered before', async () => {
    const client = await signedIn();
    const send = async (key: string) =>
      await client.post('/probe/limited', undefined, { 'idempotency-key': key });
    const same = await Promise.all(Array.from({ length: 10 }, async () => await send('one')));
    expect(same.every(({ status }) => status === 200)).toBe(true);
    for (let i = 0; i < 4; i += 1) expect((await client.post('/probe/limited')).status).toBe(200);
    expect((await send('two')).status).toBe(429);
    at.answered.add(`${client.user.userId}two`);
    expect((await send('two')).status).toBe(200);
    const long = await send('x'.repeat(256));
    expect([long.status, long.body['code']]).toEqual([400, 'validation_failed']);
    expect(long.body['errors']).toEqual([expect.objectContaining({ path: 'Idempotency-Key' })]);
  });

  it('asks for the role, which an administrator can give', async () => {
    const admin = await anyone().logIn('root@example.org', ADMIN.password);
    expect(admin.user).toMatchObject({ username: 'admin', role: 'admin', emailVerified: true });
    const client = await signedIn();
    expect((await client.get('/probe/authors')).body).toMatchObject({ code: 'forbidden' });
    expect((await client.get('/admin/users')).body).toMatchObject({ code: 'forbidden' });
    const path = `/admin/users/${client.user.userId}`;
    const changed = await admin.send('PATCH', path, { role: 'author' });
    expect(changed.body).toMatchObject({ role: 'author', email: expect.any(String) });
    expect((await client.get('/probe/authors')).status).toBe(200);
    expect((await admin.send('PATCH', path, { role: 'king' })).status).toBe(400);
    expect((await admin.send('PATCH', `/admin/users/${admin.user.userId}`, { role: 'learner' })).status).toBe(
      403,
    );
    const found = await admin.get<{ data: object[] }>(`/admin/users?q=${client.user.username.toUpperCase()}`);
    expect(found.body.data).toContainEqual(expect.objectContaining({ userId: client.user.userId }));
    expect((await admin.get<{ data: object[] }>('/admin/users?q=%25')).body.data).toEqual([]);
  });

  it('knows ids in whatever case: what ends or changes a session reaches the one in Redis', async () => {
    const admin = await anyone().logIn('root@example.org', ADMIN.password);
    const [client, elsewhere] = [await signedIn(), anyone()];
    await elsewhere.logIn(client.user.username, PASSWORD);
    const role = `/admin/users/${client.user.userId.toUpperCase()}`;
    await admin.send('PATCH', role, { role: 'author' });
    expect((await client.get('/probe/authors')).status).toBe(200);
    await admin.send('PATCH', role, { role: 'learner' });
    expect((await client.get('/probe/authors')).status).toBe(403);
    const own = `/admin/users/${admin.user.userId.toUpperCase()}`;
    expect((await admin.send('PATCH', own, { role: 'learner' })).status).toBe(403);
    const ended = await client.send(
      'DELETE',
      `/auth/sessions/${tokensOf(elsewhere).session.id.toUpperCase()}`,
    );
    expect(ended.status).toBe(204);
    expect((await elsewhere.get('/probe')).body).toMatchObject({ code: 'unauthenticated' });
  });

  it('counts anonymous requests by address, and a bad token as one', async () => {
    const from = { 'x-forwarded-for': '2001:db8:1:2::1' };
    const open = await anyone().get('/probe/open', from);
    expect(open.headers.get('ratelimit')).toMatch(/^"anonymous";r=299;/);
    const neighbour = await anyone().get('/probe/open', { 'x-forwarded-for': '2001:db8:1:2:ffff::9' });
    expect(neighbour.headers.get('ratelimit')).toMatch(/^"anonymous";r=298;/);
    for (const [address, left] of [
      ['203.0.113.9:4711', 299],
      ['203.0.113.9:4712', 298],
      ['0x7f.2', 299],
      ['[2001:db8:1:2::7]:443', 297],
    ] as const) {
      const { headers } = await anyone().get('/probe/open', { 'x-forwarded-for': address });
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"anonymous";r=${left};`));
    }
    const refused = await anyone().get('/probe', { ...from, authorization: 'Bearer x' });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('ratelimit')).toMatch(/^"anonymous";r=296;/);
  });

  it('counts the token of a session that has ended by address, over sockets, too', async () => {
    const client = await signedIn();
    const { accessToken } = tokensOf(client);
    await client.post('/auth/logout');
    const from = { 'x-forwarded-for': '198.51.100.7' };
    const window = 'rs:{ip:198.51.100.7}:limit:anonymous';
    const first = await client.get('/probe', from);
    expect([first.status, first.headers.get('ratelimit')]).toEqual([
      401,
      expect.stringMatching(/^"anonymous";r=299;/),
    ]);
    const knock = async () => await at.app.get(SocketAuthenticator).authenticate(accessToken, '198.51.100.7');
    await expect(knock()).rejects.toMatchObject({ code: 'session_expired' });
    expect(await at.redis.redis.get(window)).toBe('2');
    await at.redis.redis.set(window, 300, 'KEEPTTL');
    expect((await client.get('/probe', from)).body).toMatchObject({ code: 'rate_limited' });
    await expect(knock()).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('fails closed while Redis is away, but for what anyone may read', async () => {
    const client = await signedIn();
    await at.redis.server.stop();
    const closed = [
      await client.get('/probe'),
      await anyone().post('/auth/login', { identifier: 'a', password: 'b' }),
    ];
    for (const { status, headers, body } of closed) {
      expect([status, body['code']]).toEqual([503, 'unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await anyone().get('/probe/open')).status).toBe(200);
    expect((await anyone().get('/probe')).status).toBe(401);
  });
});

function tokensOf(client: ApiClient): Tokens {
  if (!client.tokens) throw new Error('The client has no session');
  return client.tokens;
}
