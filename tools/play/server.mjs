import { ToolError } from '../lib/run.mjs';
import { causeOf } from './http.mjs';

/**
 * Whether there is a server to play with.
 * @param {import('./http.mjs').Http} http
 * @throws ToolError one clear sentence when there is none
 */
export async function requireServer(http) {
  const { status, body } = await http.once('GET', '/health/ready', {}).catch((error) => {
    if (http.signal.aborted) throw error;
    throw new ToolError(
      `No RediStack at ${http.url} (${causeOf(error)}): start one with npm start, or name it with --url.`,
    );
  });
  if (status === 503) throw new ToolError(`RediStack at ${http.url} is not ready: ${JSON.stringify(body)}`);
  if (status !== 200)
    throw new ToolError(`What answers at ${http.url} is no RediStack (/health/ready: ${status}).`);
}
