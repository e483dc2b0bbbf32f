import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { expectProblem, rowCounts } from '../support/problems.js';
import { Stack } from '../support/stack.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const account = (changes: object = {}) => ({
  ...{ email: 'grace@example.org', username: 'grace', password: PASSWORD },
  ...changes,
});

let stack: Stack;
let anyone: ApiClient;
let taken: ApiClient;
let before: Record<string, number>;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0 });
  anyone = stack.client();
  taken = await stack.client().signUp('ada');
});
afterAll(async () => await stack.stop());
beforeEach(async () => void (before = await rowCounts(stack)));
afterEach(async () => expect(await rowCounts(stack)).toEqual(before));

describe('a body that is not what the route takes stores nothing and', () => {
  it.each([
    ['a brace too few', '{"email":"grace@example.org"'],
    ['text', 'grace'],
    ['a trailing comma', '{"email":"grace@example.org",}'],
    ['a bare NaN', '{"email":NaN}'],
    ['a control character in a string', '{"email":"\u0001"}'],
  ])('is malformed_json: %s', async (_what, body) => {
    expectProblem(await anyone.post('/auth/signup', body, JSON_TYPE), {
      status: 400,
      code: 'malformed_json',
    });
  });

  it.each<[string, string, string[]]>([
    ['a field too many', JSON.stringify(account({ role: 'admin' })), ['role']],
    ['__proto__', `{"__proto__":{"role":"admin"},${JSON.stringify(account()).slice(1)}`, ['__proto__']],
    [
      'a nested __proto__',
      JSON.stringify(account({ email: { a: 1 } })).replace('"a"', '"__proto__"'),
      ['email.__proto__'],
    ],
    ['constructor', JSON.stringify(account({ constructor: { name: 'x' } })), ['constructor']],
    ['nothing at all', '{}', ['email', 'username', 'password']],
    ['nulls', '{"email":null,"username":null,"password":null}', ['email', 'username', 'password']],
    [
      'wrong types',
      '{"email":1,"username":["grace"],"password":{"a":true}}',
      ['email', 'username', 'password'],
    ],
    ['a list', JSON.stringify([account()]), []],
    ['null', 'null', []],
    ['a number', '1e400', []],
    ['11 levels', nested(11), ['a.a.a.a.a.a.a.a.a.a']],
    ['10 KB of nesting', nested(1_700), ['a.a.a.a.a.a.a.a.a.a']],
    ['5,000 levels', nested(5_000), ['a.a.a.a.a.a.a.a.a.a']],
    ['5,000 lists', `{"email":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, []],
    ['NUL', JSON.stringify(account({ username: 'gra\0ce' })), ['username']],
    ['NUL in an address', JSON.stringify(account({ email: 'gra\0ce@example.org' })), ['email']],
    ['NUL in a password', JSON.stringify(account({ password: `${PASSWORD}\0` })), ['password']],
    ['a lone high surrogate', JSON.stringify(account({ password: `${PASSWORD}\ud800` })), ['password']],
    ['a lone surrogate in a username', JSON.stringify(account({ username: 'gra\udfffce' })), ['username']],
    ['a lone low surrogate', JSON.stringify(account({ email: 'gr\udfffce@example.org' })), ['email']],
    ['a lone surrogate as a name', JSON.stringify({ 'a\ud800': 1 }), []],
    ['NUL as a name', JSON.stringify({ 'a\0b': 1 }), []],
  ])('is validation_failed: %s', async (_what, body, paths) => {
    const answer = await anyone.post('/auth/signup', body, JSON_TYPE);
    expectProblem(answer, { status: 400, code: 'validation_failed', paths });
  });

  it.each([
    ['64 KB and a little', 65 * 1024],
    ['5 MB', 5 * 1024 * 1024],
  ])('is payload_too_large: %s', async (_what, bytes) => {
    const answer = await anyone.post('/auth/signup', account({ password: 'x'.repeat(bytes) }));
    expectProblem(answer, { status: 413, code: 'payload_too_large' });
  });

  it.each([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['XML', { 'content-type': 'application/xml' }],
    ['a character set that nobody knows', { 'content-type': 'application/json; charset=klingon' }],
    ['an encoding that nobody knows', { ...JSON_TYPE, 'content-encoding': 'klingon' }],
  ])('is unsupported_media_type: %s', async (_what, headers) => {
    const answer = await anyone.post('/auth/signup', JSON.stringify(account()), headers);
    expectProblem(answer, { status: 415, code: 'unsupported_media_type' });
  });
});

it.each(['', ' 2', '0x2', '2e0', '1.5', '-1', '+1', 'NaN', '99999999999999999999', '1&around=1'])(
  'a number in a query that is not one in decimal is refused by its name: around=%s',
  async (around) => {
    const answer = await taken.get(`/leaderboards/global/me?around=${around.replace('+', '%2B')}`);
    expectProblem(answer, { status: 400, code: 'validation_failed', paths: ['around'] });
  },
);

describe('an account that cannot be', () => {
  it.each([
    ...['grace', 'grace@', '@example.org', 'grace@@example.org', 'gr ace@example.org', 'grace@example', ''],
    ...[`${'g'.repeat(300)}@example.org`, 'grace@example.org\r\nBcc: all@example.org'],
  ])('refuses the address %j', async (email) => {
    const answer = await anyone.post('/auth/signup', account({ email }));
    expectProblem(answer, { status: 400, code: 'validation_failed', paths: ['email'] });
  });

  it.each([
    'gr',
    'g'.repeat(31),
    'gra ce',
    ' grace',
    'grace!',
    'gra-ce',
    'gra.ce',
    'grace@example',
    '\u202egrace',
    'gr\u0430ce',
    '',
  ])('refuses the username %j', async (username) => {
    const answer = await anyone.post('/auth/signup', account({ username }));
    expectProblem(answer, { status: 400, code: 'validation_failed', paths: ['username'] });
  });

  it.each([
    ['11 characters', 'x7#kQ!v9z2m'],
    ['12 UTF-16 units of 6 characters', '🦊🦊🦊🦊🦊🦊'],
    ['132 characters', 'x7#kQ!v9z2mP'.repeat(11)],
    ['a common one', 'passwordpassword'],
    ['a common one in capitals', '1Q2W3E4R5T6Y'],
    ['made of the username', 'gracegracegrace'],
    ['made of the address', 'grace@example.org'],
  ])('refuses a password: %s', async (_what, password) => {
    const answer = await anyone.post('/auth/signup', account({ password }));
    expectProblem(answer, { status: 400, code: 'validation_failed', paths: ['password'] });
  });

  it('refuses an address and a name that are taken, in whatever case, and the reserved one', async () => {
    const { email } = (await taken.get<{ email: string }>('/me')).body;
    for (const [changes, code] of [
      [{ email }, 'email_taken'],
      [{ email: email.toUpperCase() }, 'email_taken'],
      [{ username: 'ada' }, 'username_taken'],
      [{ username: 'ADA' }, 'username_taken'],
      [{ username: 'Admin' }, 'username_taken'],
    ] as const) {
      expectProblem(await anyone.post('/auth/signup', account(changes)), { status: 409, code });
    }
  });

  it('says the same of a wrong password and an unknown name', async () => {
    const answers = await Promise.all(
      [
        { identifier: 'ada', password: 'not the password at all' },
        { identifier: 'nobody', password: PASSWORD },
        { identifier: 'nobody@example.org', password: PASSWORD },
      ].map(async (body) => await anyone.post('/auth/login', body)),
    );
    for (const answer of answers) expectProblem(answer, { status: 401, code: 'invalid_credentials' });
    expect(new Set(answers.map((answer) => answer.body['detail'])).size).toBe(1);
  });
});
