import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { Environment, loadConfig } from './environment.js';
import { defaultLimits } from './limits.js';

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
/** `.env.example` with every line in effect. */
const shown = parseEnv(example.replaceAll(/^# ?(?=[A-Z][A-Z0-9_]*=)/gm, ''));
/** What only `npm start` and the compose file read. */
const TOOLS_ONLY = ['DATA_DIR', 'POSTGRES_PASSWORD'];
/** What has no default, or one that depends on another variable. */
const EXAMPLES = [
  ...TOOLS_ONLY,
  ...['PUBLIC_URL', 'CORS_ORIGINS', 'TRUST_PROXY', 'SMTP_URL', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'],
  'METRICS_PORT',
];

const needed = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  DATABASE_URL: 'postgresql://redistack@127.0.0.1:5432/redistack',
  JWT_SECRET: 'x'.repeat(32),
};

const problemsOf = (env: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(env);
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('.env.example', () => {
  it('names what the configuration reads, and nothing else', () => {
    const declared = getMetadataStorage()
      .getTargetValidationMetadatas(Environment, '', false, false)
      .map((rule) => rule.propertyName);
    const limits = Object.keys(defaultLimits()).map((name) => `LIMIT_${name}`);
    const known = new Set([...declared, ...limits, ...TOOLS_ONLY]);
    expect(Object.keys(shown).sort()).toEqual([...known].sort());
  });

  it('changes nothing as it stands', () => {
    expect(parseEnv(example)).toEqual({});
  });

  it('shows the defaults', () => {
    const shownDefaults = Object.entries(shown).filter(
      ([name]) => !(name in needed || EXAMPLES.includes(name)),
    );
    expect(loadConfig({ ...needed, ...Object.fromEntries(shownDefaults) })).toEqual(loadConfig(needed));
  });

  it('is usable in every line, except in production, which refuses its secret', () => {
    expect(problemsOf(shown)).toBe('');
    expect(problemsOf({ ...shown, NODE_ENV: 'production' })).toContain(
      'JWT_SECRET is the one of the example',
    );
  });
});

describe('the environment', () => {
  it('needs two stores and a secret, and names all three at once', () => {
    for (const name of Object.keys(needed)) expect(problemsOf({})).toContain(`${name} is missing`);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ ...needed, PORT: '', LIMIT_LOGIN: '', SMTP_URL: '' })).toEqual(loadConfig(needed));
  });

  it('takes several secrets, each long enough', () => {
    const [first, second] = ['a'.repeat(32), 'b'.repeat(40)];
    expect(loadConfig({ ...needed, JWT_SECRET: `${first},${second}` }).secrets).toEqual([first, second]);
    expect(problemsOf({ ...needed, JWT_SECRET: `${first},short` })).toContain('each of several');
  });

  it('has a public URL to which paths can be appended', () => {
    const publicUrlOf = (env: NodeJS.ProcessEnv) => loadConfig({ ...needed, ...env }).publicUrl;
    expect(publicUrlOf({ PORT: '4000' })).toBe('http://localhost:4000');
    expect(publicUrlOf({ PUBLIC_URL: 'https://example.org/app/' })).toBe('https://example.org/app');
  });

  it('overrides one limit and leaves the others', () => {
    const { limits } = loadConfig({ ...needed, LIMIT_SUBMISSION: '7/30' });
    expect(limits).toEqual({ ...defaultLimits(), SUBMISSION: { count: 7, windowSec: 30 } });
  });

  it.each([
    ['LIMIT_SUBMISION', '5/60', 'LIMIT_SUBMISION is no limit'],
    ['LIMIT_constructor', '5/60', 'LIMIT_constructor is no limit'],
    ['LIMIT_SUBMISSION', '5', 'LIMIT_SUBMISSION takes <count>/<seconds>'],
    ['LIMIT_SUBMISSION', '0/60', 'LIMIT_SUBMISSION takes <count>/<seconds>'],
    ['PORT', 'http', 'PORT must be'],
    ['PORT', '65536', 'PORT must'],
    ['REDIS_URL', 'http://127.0.0.1', 'REDIS_URL must be'],
    ['DATABASE_URL', 'mysql://127.0.0.1/x', 'DATABASE_URL must be'],
    ['REDIS_MODE', 'ring', 'REDIS_MODE must be'],
    ['JWT_SECRET', 'short', 'JWT_SECRET must be'],
    ['SESSION_IDLE_TTL_SEC', '0', 'SESSION_IDLE_TTL_SEC must'],
    ['SESSION_IDLE_TTL_SEC', '99999999999999', 'SESSION_IDLE_TTL_SEC must'],
    ['SESSION_MAX_TTL_SEC', '99999999999999', 'SESSION_MAX_TTL_SEC must'],
    ['ACCESS_TOKEN_TTL_SEC', '1e21', 'ACCESS_TOKEN_TTL_SEC must'],
    ['MAIL_FROM', 'RediStack', 'MAIL_FROM must be'],
    ['MAIL_FROM', 'RediStack\r\nBcc: eve@example.org <a@example.org>', 'MAIL_FROM must be'],
    ['TRUST_PROXY', 'true', 'TRUST_PROXY takes a hop count or CIDRs'],
    ['TRUST_PROXY', '10.0.0.0/8, banana', 'not banana'],
    ['TRUST_PROXY', '10.0.0.0/33', 'not 10.0.0.0/33'],
    ['TRUST_PROXY', '0.0.0.0/0', 'not 0.0.0.0/0'],
    ['TRUST_PROXY', '99', 'not 99'],
    ['CORS_ORIGINS', 'https://app.example.org/', 'CORS_ORIGINS takes origins'],
    ['CORS_ORIGINS', 'app.example.org', 'CORS_ORIGINS takes origins'],
    ['PUBLIC_URL', 'https://example.org/?a=b', 'PUBLIC_URL takes'],
    ['PUBLIC_URL', 'https://example.org/#a', 'PUBLIC_URL takes'],
    ['ADMIN_EMAIL', 'admin@example.org', 'ADMIN_EMAIL and ADMIN_PASSWORD go together'],
    ['NODE_ENV', 'staging', 'NODE_ENV must be'],
    ['SEED', 'yes', 'SEED must be'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be'],
  ])('refuses %s=%s and says so', (name, value, expected) => {
    expect(problemsOf({ ...needed, [name]: value })).toContain(expected);
  });
});
