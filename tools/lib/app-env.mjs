import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, isPortFree } from './ports.mjs';
import { whoListensOn } from './port-owner.mjs';
import { readQuietly } from './processes.mjs';
import { ToolError } from './run.mjs';

/** Of the API; the worker's is the next. */
const metricsPort = 9464;

/**
 * The port the API is to listen on.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 * @throws {ToolError} when it is no port, or taken: by whom, and what to do
 */
export async function choosePort(env) {
  const text = env.PORT || '3000';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new ToolError(`PORT is "${text}", which is no port number.`);
  if (port === 0) return freePort();
  if (await isPortFree(port)) return port;
  const owner = await whoListensOn(port);
  throw new ToolError(
    `Port ${port} is already in use${owner ? ` by ${owner}` : ''}.\n` +
      `Stop that program, or choose another port:  PORT=${port + 1} npm start`,
  );
}

/**
 * What the API and the worker are told. What the user has set stays as it is.
 * @param {NodeJS.ProcessEnv} env the user's
 * @param {{ dir: string, port: number, redisUrl: string, databaseUrl: string, smtpUrl: string }} made
 * @returns {Promise<{ api: NodeJS.ProcessEnv, worker: NodeJS.ProcessEnv }>}
 */
export async function appEnvironments(env, { dir, port, redisUrl, databaseUrl, smtpUrl }) {
  const own = {
    NODE_ENV: env.NODE_ENV || 'development',
    LOG_LEVEL: env.LOG_LEVEL || 'warn',
    JWT_SECRET: env.JWT_SECRET || keptSecret(dir),
    PUBLIC_URL: env.PUBLIC_URL || `http://localhost:${port}`,
    PORT: String(port),
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
  };
  const first = env.METRICS_PORT ? Number(env.METRICS_PORT) : await freePort(metricsPort);
  const second = env.METRICS_PORT ? first + 1 : await freePort(metricsPort + 1);
  return {
    api: { ...env, ...own, METRICS_PORT: String(first) },
    worker: { ...env, ...own, METRICS_PORT: String(second) },
  };
}

/** Made once, so that those signed in stay so over a restart. */
function keptSecret(dir) {
  const file = path.join(dir, 'jwt-secret');
  const kept = readQuietly(file);
  if (kept) return kept;
  const secret = randomBytes(48).toString('base64url');
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}
