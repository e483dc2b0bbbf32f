import { insist } from './insist.js';

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

/** A REST client as a user would write one. */
export class ApiClient {
  tokens: Tokens | undefined;

  constructor(readonly url: string) {}

  /** @throws Error when nobody is signed in */
  get user(): Tokens['user'] {
    if (!this.tokens) throw new Error('This client has no session');
    return this.tokens.user;
  }

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
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

  /** Signs a new learner up and keeps the session; comes again when told to. */
  async signUp(name = `learner${process.pid}n${(learners += 1)}`): Promise<this> {
    const account = { email: `${name}@example.org`, username: name, password: PASSWORD };
    const ask = async () => await this.post<Tokens>('/auth/signup', account);
    const first = await ask();
    if (first.status !== 503) return this.keep(first, 201);
    const later = await insist(ask);
    // A 503 may come after the commit: then the account is there.
    return later.status === 409 ? await this.logIn(name) : this.keep(later, 201);
  }

  async logIn(identifier: string, password = PASSWORD): Promise<this> {
    const ask = async () => await this.post<Tokens>('/auth/login', { identifier, password });
    return this.keep(await insist(ask), 200);
  }

  /** The same session at another API process. */
  at(url: string): ApiClient {
    const other = new ApiClient(url);
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
