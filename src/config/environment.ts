import { existsSync } from 'node:fs';
import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  Max,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { originProblems, proxyProblems, publicUrlProblems } from './environment.checks.js';
import { defaultLimits, isLimitName, parseLimit, type Limits } from './limits.js';

const EXAMPLE_SECRET = 'change-me-to-32-random-bytes-or-more';
const SECRET_BYTES = 32;
/** Ten years: sums of longer times are none that PostgreSQL knows, and nobody could sign in. */
const LONGEST_SEC = 315_360_000;
const url = (protocols: string[]) => IsUrl({ protocols, require_tld: false, require_protocol: true });

/** Every variable that the API and the worker read, by its own name; `.env.example` explains each. */
export class Environment {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @IsString()
  HOST = '0.0.0.0';

  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  /** Where /metrics is served; nowhere without it. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(65_535)
  METRICS_PORT?: number;

  @url(['redis', 'rediss'])
  REDIS_URL: string;

  @IsIn(['standalone'])
  REDIS_MODE = 'standalone' as const;

  @url(['postgres', 'postgresql'])
  DATABASE_URL: string;

  /** One secret, or several with commas between: the first signs, all are accepted. */
  @IsNotEmpty()
  JWT_SECRET: string = '';

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LONGEST_SEC)
  ACCESS_TOKEN_TTL_SEC = 600;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LONGEST_SEC)
  SESSION_IDLE_TTL_SEC = 1800;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LONGEST_SEC)
  SESSION_MAX_TTL_SEC = 2_592_000;

  /** Who was not seen for so many days is dormant until the next sign-in. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3_650)
  INACTIVE_AFTER_DAYS = 7;

  @IsOptional()
  @url(['smtp', 'smtps'])
  SMTP_URL?: string;

  @IsEmail({ allow_display_name: true, allow_utf8_local_part: true, require_tld: false })
  MAIL_FROM = 'RediStack <no-reply@redistack.localhost>';

  @IsOptional()
  @url(['http', 'https'])
  PUBLIC_URL?: string;

  /** Origins, comma-separated; `*` for any. */
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',').map((s) => s.trim()) : value,
  )
  @IsString({ each: true })
  CORS_ORIGINS: string[] = [];

  @IsOptional()
  @IsString()
  TRUST_PROXY?: string;

  @IsOptional()
  @IsEmail()
  ADMIN_EMAIL?: string;

  @IsOptional()
  @MinLength(12)
  ADMIN_PASSWORD?: string;

  @IsIn(['demo', 'none'])
  SEED: 'demo' | 'none' = 'demo';

  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  LOG_LEVEL = 'info';
}

/** The configuration as the application sees it: the environment, checked, and the limits. */
export interface Config extends Environment {
  limits: Limits;
  /** Where users reach the API, without a slash at its end; links are made by appending, since it may have a path. */
  publicUrl: string;
  /** JWT_SECRET, one by one, the newest first. */
  secrets: string[];
}

/**
 * Reads and checks the environment (and, outside production, a `.env` file: the real environment wins).
 * @throws Error naming every bad or unknown variable and what it should be
 */
export function loadConfig(source: NodeJS.ProcessEnv = environment()): Config {
  const names = Object.keys(source).filter((name) => source[name] !== undefined && source[name] !== '');
  const env = plainToInstance(Environment, Object.fromEntries(names.map((name) => [name, source[name]])), {
    exposeDefaultValues: true,
    excludeExtraneousValues: false,
  });
  const problems = validateSync(env, { whitelist: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}).map((text) =>
      explain(error.property, text, source[error.property]),
    ),
  );
  const secrets = env.JWT_SECRET.split(',');
  if (env.JWT_SECRET && secrets.some((secret) => Buffer.byteLength(secret) < SECRET_BYTES)) {
    problems.push(`JWT_SECRET must be at least ${SECRET_BYTES} bytes long, and so must each of several`);
  }
  if (env.NODE_ENV === 'production' && secrets.includes(EXAMPLE_SECRET)) {
    problems.push('JWT_SECRET is the one of the example: make your own, e.g. `openssl rand -base64 48`');
  }
  problems.push(...proxyProblems(env), ...originProblems(env), ...publicUrlProblems(env));
  if ((env.ADMIN_EMAIL === undefined) !== (env.ADMIN_PASSWORD === undefined)) {
    problems.push('ADMIN_EMAIL and ADMIN_PASSWORD go together: set both or neither');
  }
  const limits = readLimits(source, names, problems);
  if (problems.length > 0) {
    throw new Error(`The environment is not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, '');
  return Object.assign(env, { limits, secrets, publicUrl });
}

function readLimits(source: NodeJS.ProcessEnv, names: string[], problems: string[]): Limits {
  const limits = defaultLimits();
  for (const name of names.filter((key) => key.startsWith('LIMIT_'))) {
    const key = name.slice('LIMIT_'.length);
    const limit = parseLimit(source[name] ?? '');
    if (!isLimitName(key)) problems.push(`${name} is no limit; known are ${Object.keys(limits).join(', ')}`);
    else if (limit === undefined) problems.push(`${name} takes <count>/<seconds>, such as 5/60`);
    else limits[key] = limit;
  }
  return limits;
}

const explain = (name: string, text: string, value: string | undefined) =>
  value === undefined || value === '' ? `${name} is missing (see .env.example)` : text;

function environment(): NodeJS.ProcessEnv {
  // In production only what the process was given counts.
  if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
