import { io } from 'socket.io-client';
import { ToolError } from '../lib/run.mjs';
import { Arrivals } from './arrivals.mjs';
import { EventLog } from './event-log.mjs';
import { nowMs } from './time.mjs';

const BOARD = 'leaderboard:global';
const CONNECT_WITHIN_MS = 15_000;
const COME_BACK_MS = 1_000;
const SESSION_LOST = new Set(['unauthenticated', 'session_expired']);

/** A learner's Socket.IO front end: its `user` topic comes by itself, to the global board it subscribes. */
export class Watch {
  log = new EventLog();
  /** @type {{ userId: string | null, score: number }[]} the top of the board as last shown */
  top = [];
  connections = 0;
  #arrivals = new Arrivals();
  #refusal = '';
  #account;
  #socket;
  #tally;
  #timer;
  #closed = false;
  // After a reconnection all since the last event is replayed; what came before that would come twice.
  #listening = true;

  /**
   * @param {string} url
   * @param {import('./account.mjs').Account} account
   * @param {import('./tally.mjs').Tally} tally
   */
  constructor(url, account, tally) {
    this.#account = account;
    this.#tally = tally;
    this.#socket = io(url, {
      auth: (give) =>
        void account.token().then(
          (token) => give({ token }),
          () => give({}),
        ),
      transports: ['websocket'],
      autoConnect: false,
      forceNew: true,
    });
    this.#socket.onAny((type, envelope) => this.#hear(type, envelope));
    this.#socket.on('connect', () => {
      this.connections += 1;
      this.#subscribe();
    });
    this.#socket.on('connect_error', ({ data, message }) => void this.#refused(data ?? { detail: message }));
    this.#socket.on('disconnect', (reason) => {
      // From everything else Socket.IO comes back by itself.
      if (reason === 'io server disconnect') this.#later(() => this.#socket.connect());
    });
  }

  /**
   * Connects and waits for the subscription.
   * @param {AbortSignal} signal
   */
  async open(signal) {
    this.#socket.connect();
    if (await this.#arrivals.wait('subscription', CONNECT_WITHIN_MS, signal)) return;
    const why = this.#refusal || `no subscription within ${CONNECT_WITHIN_MS / 1000} s`;
    throw new ToolError(`Watching over Socket.IO failed: ${why}`);
  }

  /** Waits for the announcement of a submission. @returns {Promise<boolean>} whether it came in time */
  async hears(submissionId, withinMs, signal) {
    return await this.#arrivals.wait(submissionId, withinMs, signal);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.disconnect();
  }

  #hear(type, envelope) {
    if (!this.#listening) return;
    this.log.heard(type, envelope, nowMs());
    if (type === 'leaderboard.changed') this.top = envelope.data.top;
    if (type !== 'submission.scored') return;
    this.#tally.events += 1;
    this.#arrivals.announce(envelope.data.submissionId);
  }

  #subscribe() {
    const again = this.connections > 1;
    this.#listening = !again;
    const topics = (again ? [BOARD, 'user'] : [BOARD]).map((topic) => this.log.whereIn(topic));
    // A callback and no promise: the answer must be dealt with before the events behind it.
    this.#socket.emit('subscribe', { topics }, ({ ok, data, error }) => {
      const problem = ok ? data.find((told) => told.error)?.error : error;
      if (problem) return this.#later(() => this.#socket.connected && this.#subscribe(), problem);
      this.#listening = true;
      for (const told of data) this.#subscribed(told, again);
      this.#arrivals.announce('subscription');
    });
  }

  #subscribed(told, again) {
    this.log.subscribed(told, again);
    if (told.topic === BOARD && told.snapshot) this.top = told.snapshot.top;
  }

  /** Refused by the server, not on the way: Socket.IO leaves coming back to us. */
  async #refused(problem) {
    if (this.#socket.active) return;
    if (SESSION_LOST.has(problem.code)) await this.#account.renew().catch(() => undefined);
    this.#later(() => this.#socket.connect(), problem);
  }

  #later(act, { code = '', detail = '' } = {}) {
    this.#refusal = `${code} ${detail}`.trim();
    if (!this.#closed) this.#timer = setTimeout(act, COME_BACK_MS);
  }
}
