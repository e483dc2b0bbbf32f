import { ToolError } from '../lib/run.mjs';
import { nowMs, pause } from './time.mjs';

/**
 * @typedef {object} Sent what goes with a request
 * @property {string} [token]
 * @property {unknown} [body] an object as JSON, a string as text/plain
 * @property {Record<string, string>} [headers]
 * @property {boolean} [repeatable] whether it may go again when its answer was lost; so it is for GET
 * @typedef {{ status: number, headers: Headers, body: any, sentAt: number, receivedAt: number }} Received
 *   of the last try; times in ms since 1970
 */

const TIMEOUT_MS = 15_000;
const TRIES_WHEN_LOST = 5;
const LONGEST_WAIT_SEC = 3600;
const POSTPONED = new Set([429, 503]);

/** An answer that does not help. */
export class Refused extends ToolError {
  /**
   * @param {string} what method and path
   * @param {Received} received
   */
  constructor(what, { status, body }) {
    const { code, detail, errors = [], traceId } = typeof body === 'object' && body !== null ? body : {};
    const fields = errors.slice(0, 3).map(({ path, message }) => `${path} ${message}`);
    const parts = [detail, ...fields].filter(Boolean).join('; ');
    super(
      `${what} answered ${status}${code ? ` ${code}` : ''}${parts ? `: ${parts}` : ''}` +
        (traceId ? ` (trace ${traceId})` : ''),
    );
    this.status = status;
    this.code = code;
  }
}

/** The REST side of a polite client: when the server says when to come back, it comes back then. */
export class Http {
  /**
   * @param {string} url origin
   * @param {AbortSignal} signal ends everything under way
   * @param {import('./tally.mjs').Tally} tally learns of every wait
   */
  constructor(url, signal, tally) {
    this.url = url;
    this.signal = signal;
    this.tally = tally;
  }

  /**
   * @param {string} method
   * @param {string} path below /api/v1, or /health/…
   * @param {Sent} [sent]
   * @returns {Promise<Received>} 2xx; any other is thrown as {@link Refused}
   */
  async send(method, path, sent = {}) {
    for (;;) {
      const received = await this.#untilAnswered(method, path, sent);
      if (received.status < 300) return received;
      const waitSec = Number(received.headers.get('retry-after') ?? Number.NaN);
      const mayReturn = POSTPONED.has(received.status) && waitSec >= 0 && waitSec <= LONGEST_WAIT_SEC;
      if (!mayReturn) throw new Refused(`${method} ${path}`, received);
      await this.tally.waiting(received.status, waitSec, () => pause(waitSec * 1000, this.signal));
    }
  }

  /** What goes wrong on the way is tried again where that does no harm. */
  async #untilAnswered(method, path, sent) {
    const tries = sent.repeatable || method === 'GET' ? TRIES_WHEN_LOST : 1;
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.once(method, path, sent);
      } catch (error) {
        if (this.signal.aborted) throw error;
        if (tried >= tries) throw new ToolError(`${method} ${this.url}${path}: ${causeOf(error)}`);
        this.tally.lost += 1;
        await pause(250 * 2 ** tried, this.signal);
      }
    }
  }

  /**
   * One request, whatever its answer.
   * @returns {Promise<Received>}
   */
  async once(method, path, { token, body, headers }) {
    const sentAt = nowMs();
    const given = new AbortController();
    const end = () => given.abort(this.signal.reason ?? new Error(`no answer within ${TIMEOUT_MS / 1000} s`));
    const timer = setTimeout(end, TIMEOUT_MS);
    this.signal.addEventListener('abort', end, { once: true });
    try {
      this.signal.throwIfAborted();
      const answer = await fetch(`${this.url}${path.startsWith('/health') ? '' : '/api/v1'}${path}`, {
        method,
        signal: given.signal,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined
            ? {}
            : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
          ...headers,
        },
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await answer.text();
      const { status, headers: told } = answer;
      return { status, headers: told, body: parsed(text), sentAt, receivedAt: nowMs() };
    } finally {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', end);
    }
  }
}

function parsed(text) {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {unknown} error of fetch, which hides what happened in `cause` */
export function causeOf(error) {
  const cause = error?.cause ?? error;
  return cause?.code === 'ECONNREFUSED' ? 'nothing listens there' : (cause?.message ?? String(cause));
}
