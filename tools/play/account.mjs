import { nowMs } from './time.mjs';

const REFRESH_EARLY_MS = 30_000;

/** Someone who is signed in, and stays so. */
export class Account {
  #http;
  #tokens;
  #freshUntil;
  /** @type {Promise<void> | null} */
  #renewing = null;

  /**
   * @param {import('./http.mjs').Http} http
   * @param {{ accessToken: string, refreshToken: string, expiresIn: number, user: any }} tokens
   */
  constructor(http, tokens) {
    this.#http = http;
    this.#keep(tokens);
  }

  static async logIn(http, identifier, password) {
    const credentials = { identifier, password };
    return new Account(http, (await http.send('POST', '/auth/login', { body: credentials })).body);
  }

  static async signUp(http, account) {
    return new Account(http, (await http.send('POST', '/auth/signup', { body: account })).body);
  }

  get userId() {
    return this.#tokens.user.userId;
  }

  /** An access token that lasts a while. */
  async token() {
    if (nowMs() > this.#freshUntil) await this.renew();
    return this.#tokens.accessToken;
  }

  /** A refresh also brings back a session that the server's Redis has lost. */
  async renew() {
    this.#renewing ??= this.#refresh().finally(() => (this.#renewing = null));
    await this.#renewing;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {import('./http.mjs').Sent} [sent]
   */
  async send(method, path, sent) {
    const token = await this.token();
    try {
      return await this.#http.send(method, path, { ...sent, token });
    } catch (error) {
      if (error.status !== 401) throw error;
      if (token === this.#tokens.accessToken) await this.renew();
      return await this.#http.send(method, path, { ...sent, token: this.#tokens.accessToken });
    }
  }

  /** @returns {Promise<any>} the body */
  async get(path) {
    return (await this.send('GET', path)).body;
  }

  async #refresh() {
    const body = { refreshToken: this.#tokens.refreshToken };
    // The same token again within 10 s gets the same answer (contract, section 2).
    this.#keep((await this.#http.send('POST', '/auth/refresh', { body, repeatable: true })).body);
  }

  #keep(tokens) {
    this.#tokens = tokens;
    this.#freshUntil = nowMs() + tokens.expiresIn * 1000 - REFRESH_EARLY_MS;
  }
}
