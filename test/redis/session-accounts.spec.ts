import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminBootstrap } from '../../src/auth/admin-bootstrap.js';
import { ADMIN, PASSWORD, startAccessApp, type AccessApp } from '../support/access-app.js';

describe('accounts over HTTP', () => {
  let at: AccessApp;

  beforeAll(async () => void (at = await startAccessApp()));
  afterAll(async () => await at.stop());
  const anyone = () => at.anyone();
  const signedIn = async () => await at.signedIn();
  const wish = () => at.wish();

  it('signs up, and answers with tokens and one’s own profile', async () => {
    const account = wish();
    const { status, body, headers } = await anyone().post('/auth/signup', account, {
      'user-agent': 'x'.repeat(400),
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 600,
      session: { current: true, ip: '127.0.0.1', userAgent: 'x'.repeat(256) },
      user: {
        username: account.username,
        email: account.email.toLowerCase(),
        emailVerified: false,
        role: 'learner',
      },
    });
    expect(headers.get('ratelimit-policy')).toBe('"signup";q=60;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"signup";r=\d+;t=\d+$/);
    const promises = await at.postgres.database.outbox.findMany({ select: { queue: true, payload: true } });
    const { userId } = body['user'] as { userId: string };
    expect(promises).toEqual([{ queue: 'mail.send', payload: { kind: 'verify_email', userId } }]);
  });

  it.each([
    [{ password: 'short' }, 'password'],
    [{ password: '123456qwerty' }, 'password'],
    [{ username: 'sam_sam', password: 'SAM_SAMsam_sam1' }, 'password'],
    [{ username: 'a' }, 'username'],
    [{ username: 'sam.sam' }, 'username'],
    [{ username: 'x y z' }, 'username'],
    [{ email: 'nobody' }, 'email'],
    [{ email: `${'a'.repeat(250)}@example.org` }, 'email'],
    [{ email: '"ada@example.org x"@example.com' }, 'email'],
    [{ email: '"ada\\\r\nBcc: all"@example.org' }, 'email'],
    [{ role: 'admin' }, 'role'],
    [{ email: 5 }, 'email'],
  ])('refuses %j, naming %s, and stores nothing', async (change, path) => {
    const before = await at.postgres.database.user.count();
    const { status, body } = await anyone().post('/auth/signup', { ...wish(), ...change });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'validation_failed' });
    expect(body['errors']).toContainEqual(expect.objectContaining({ path }));
    expect(await at.postgres.database.user.count()).toBe(before);
  });

  it('keeps addresses and names unique whatever their case, also in a race', async () => {
    const account = wish();
    const race = await Promise.all(
      Array.from({ length: 6 }, async () => await anyone().post('/auth/signup', account)),
    );
    expect(race.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    const upper = { ...wish(), username: account.username.toUpperCase() };
    expect((await anyone().post('/auth/signup', upper)).body).toMatchObject({ code: 'username_taken' });
    const again = { ...wish(), email: account.email.toUpperCase() };
    expect((await anyone().post('/auth/signup', again)).body).toMatchObject({ code: 'email_taken' });
    const reserved = await anyone().post('/auth/signup', { ...wish(), username: 'Admin' });
    expect(reserved.body).toMatchObject({ code: 'username_taken' });
  });

  it('logs in by name or address, and tells nobody which of them is wrong', async () => {
    const account = wish();
    await anyone().post('/auth/signup', account);
    for (const identifier of [account.username.toUpperCase(), account.email]) {
      const { status } = await anyone().post('/auth/login', { identifier, password: PASSWORD });
      expect(status).toBe(200);
    }
    for (const identifier of [account.username, 'nobody-here', 'nobody@example.org']) {
      const { status, body } = await anyone().post('/auth/login', { identifier, password: 'wrong' });
      expect([status, body['code']]).toEqual([401, 'invalid_credentials']);
    }
  });

  it('lists my sessions, ends one and ends all others', async () => {
    const account = wish();
    await anyone().post('/auth/signup', account);
    const logIn = async () => await anyone().logIn(account.username, PASSWORD);
    const [mine, second, third] = [await logIn(), await logIn(), await logIn()];
    const list = await mine.get<{ data: { id: string; current: boolean }[]; page: object }>(
      '/auth/sessions?limit=3',
    );
    expect(list.body.data.map((one) => [one.id, one.current])).toEqual([
      [third.tokens?.session.id, false],
      [second.tokens?.session.id, false],
      [mine.tokens?.session.id, true],
    ]);
    expect(list.body.page).toMatchObject({ hasMore: true });
    expect((await mine.send('DELETE', `/auth/sessions/${second.tokens?.session.id}`)).status).toBe(204);
    expect((await second.get('/probe')).status).toBe(401);
    expect((await mine.send('DELETE', `/auth/sessions/${second.tokens?.session.id}`)).status).toBe(404);
    expect((await mine.send('DELETE', '/auth/sessions/nonsense')).status).toBe(400);
    expect((await mine.send('DELETE', '/auth/sessions')).status).toBe(204);
    expect((await third.get('/probe')).status).toBe(401);
    expect((await mine.get('/probe')).status).toBe(200);
  });

  it('shows profiles: mine with my address, others’ without', async () => {
    const [client, other] = [await signedIn(), await signedIn()];
    const renamed = await client.send('PATCH', '/me', { displayName: 'Ada Lovelace' });
    expect(renamed.body).toMatchObject({ displayName: 'Ada Lovelace', email: expect.any(String) });
    expect((await client.get('/me')).body).toEqual(expect.objectContaining({ displayName: 'Ada Lovelace' }));
    const seen = await other.get(`/users/${client.user.userId}`);
    expect(seen.body).toMatchObject({ displayName: 'Ada Lovelace', totalScore: 0 });
    expect(seen.body).not.toHaveProperty('email');
    for (const displayName of ['', ' x', 'a\u202eb', 'x'.repeat(65), 5, null])
      expect((await client.send('PATCH', '/me', { displayName })).status).toBe(400);
  });

  it('takes over an address that somebody else registered, and ends their sessions', async () => {
    const client = await signedIn();
    const email = at.config.ADMIN_EMAIL;
    at.config.ADMIN_EMAIL = `${client.user.username}@example.org`;
    await at.app.get(AdminBootstrap).onApplicationBootstrap();
    await at.app.get(AdminBootstrap).onApplicationBootstrap();
    at.config.ADMIN_EMAIL = email;
    expect((await client.get('/probe')).body).toMatchObject({ code: 'unauthenticated' });
    const wrong = await anyone().post('/auth/login', {
      identifier: client.user.username,
      password: PASSWORD,
    });
    expect(wrong.status).toBe(401);
    const admin = await anyone().logIn(client.user.username, ADMIN.password);
    expect(admin.user).toMatchObject({ role: 'admin' });
  });
});
