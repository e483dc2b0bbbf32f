import { setTimeout as sleep } from 'node:timers/promises';

/** What the API answered; `body` is parsed JSON, or undefined when there is none; `text` is what was sent. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
  text: string;
}

/** What is not below /api/v1. */
const OUTSIDE = /^\/(health|docs)\b/;

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  session: { id: string };
  user: { userId: string; username: string };
}

export const PASSWORD = 'correct-horse-battery-staple';
let learners = 0;

/** A REST client as a user would write one: told to come again, it does. */
export class ApiClient {
  tokens: Tokens | undefined;

  constructor(
    readonly url: string,
    private readonly comesAgain = true,
  ) {}

  /** The same client, to see a 503 as it is. */
  get once(): ApiClient {
    return this.copy(this.url, false);
  }

  /** @throws Error when nobody is signed in */
  get user(): Tokens['user'] {
    if (!this.tokens) throw new Error('This client has no session');
    return this.tokens.user;
  }

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>> {
    let answer = await this.ask<Body>(method, path, body, headers);
    for (let again = 0; this.comesAgain && again < 5; again += 1) {
      const retryAfter = answer.headers.get('retry-after');
      if (answer.status !== 503 || retryAfter === null) break;
      await sleep(Number(retryAfter) * 1_000);
      answer = await this.ask<Body>(method, path, body, headers);
    }
    return answer;
  }

  private async ask<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const answer = await fetch(`${this.url}${OUTSIDE.test(path) ? '' : '/api/v1'}${path}`, {
      method,
      headers: {
        ...(body === undefined
          ? {}
          : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
        ...(this.tokens ? { authorization: `Bearer ${this.tokens.accessToken}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const parsed =
      text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as Body) : (undefined as Body);
    return { status: answer.status, headers: answer.headers, body: parsed, text };
  }

  get = async <Body = Record<string, unknown>>(path: string, headers?: Record<string, string>) =>
    await this.send<Body>('GET', path, undefined, headers);

  post = async <Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => await this.send<Body>('POST', path, body, headers);

  /** Signs a new learner up and keeps the session. */
  async signUp(name = `learner${process.pid}n${(learners += 1)}`): Promise<this> {
    const account = { email: `${name}@example.org`, username: name, password: PASSWORD };
    const answer = await this.post<Tokens>('/auth/signup', account);
    // A 503 may come after the commit: then the account is there.
    return answer.status === 409 ? await this.logIn(name) : this.keep(answer, 201);
  }

  async logIn(identifier: string, password = PASSWORD): Promise<this> {
    return this.keep(await this.post<Tokens>('/auth/login', { identifier, password }), 200);
  }

  /** The same session at another API process. */
  at(url: string): ApiClient {
    return this.copy(url, this.comesAgain);
  }

  private copy(url: string, comesAgain: boolean): ApiClient {
    const other = new ApiClient(url, comesAgain);
    other.tokens = this.tokens;
    return other;
  }

  private keep(answer: Answer<Tokens>, expected: number): this {
    if (answer.status !== expected)
      throw new Error(`Expected ${expected}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
    this.tokens = answer.body;
    return this;
  }
}
