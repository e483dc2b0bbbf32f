import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BodySchemas } from '../support/body-schemas.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface Content {
  schema?: object;
  example?: unknown;
  examples?: Record<string, unknown>;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: { type?: string; example?: string | number | string[]; default?: string | number };
}
interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<
    string,
    { description?: string; headers?: Record<string, object>; content?: Record<string, Content> }
  >;
}
type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; $ref?: string };
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; headers: Record<string, object> };
}

let stack: Stack;
let document: Document;
let operations: [string, Operation][];

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0 });
  document = (await stack.client().get<Document>('/docs/openapi.json')).body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      one,
    ]),
  );
});
afterAll(async () => await stack.stop());

/** What follows comes by mail: whoever asks is told nothing, so that known and unknown addresses are told the same. */
const BY_MAIL = ['auth/otp', 'auth/password/forgot', 'auth/email/change'].map(
  (path) => `POST /api/v1/${path}`,
);

/** Names of the operations of which something is not so. */
const without = (holds: (operation: Operation, name: string) => boolean) =>
  operations.filter(([name, operation]) => !holds(operation, name)).map(([name]) => name);
const isOk = (status: string) => /^[23]/.test(status);
const codesOf = (operation: Operation) => Object.keys(operation.responses);
/** What Swagger UI has filled in of a query before anybody types. */
const prefilled = ({ in: place, name, schema }: Parameter): [name: string, value: string][] => {
  const value = schema?.example ?? schema?.default;
  return place === 'query' && value !== undefined ? [[name, value.toString()]] : [];
};
describe('the OpenAPI document', () => {
  it('has a name of its own for each shape', () => {
    expect(stack.apis[0]?.log).not.toMatch(/Duplicate DTO/);
  });

  it('describes every route of the main job', () => {
    expect(operations.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        ...['POST /api/v1/auth/signup', 'POST /api/v1/auth/login', 'POST /api/v1/auth/refresh'],
        ...['POST /api/v1/auth/logout', 'GET /api/v1/auth/sessions', 'DELETE /api/v1/auth/sessions'],
        ...['GET /api/v1/auth/sessions/{id}', 'DELETE /api/v1/auth/sessions/{id}'],
        ...['GET /api/v1/me', 'PATCH /api/v1/me'],
        ...['GET /api/v1/users/{userId}', 'GET /api/v1/admin/users', 'PATCH /api/v1/admin/users/{userId}'],
        ...['GET /api/v1/admin/users/{userId}'],
        ...['POST /api/v1/quizzes', 'GET /api/v1/quizzes', 'GET /api/v1/quizzes/{id}'],
        ...['PUT /api/v1/quizzes/{id}', 'DELETE /api/v1/quizzes/{id}', 'GET /api/v1/quizzes/{id}/key'],
        ...['POST /api/v1/quizzes/{id}/publish', 'POST /api/v1/quizzes/import'],
        ...['POST /api/v1/quizzes/{id}/submissions', 'GET /api/v1/submissions/{id}'],
        ...['GET /api/v1/me/submissions', 'GET /api/v1/leaderboards/{board}'],
        ...['GET /api/v1/leaderboards/{board}/me', 'GET /api/v1/leaderboards/{board}/users/{userId}'],
        ...['GET /health/live', 'GET /health/ready'],
      ]),
    );
  });

  it('names each operation explicitly and once, and sums it up', () => {
    expect(without(({ operationId = '' }) => /^[a-z][A-Za-z]+$/.test(operationId))).toEqual([]);
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(without(({ summary = '', tags = [] }) => summary !== '' && tags.length > 0)).toEqual([]);
  });

  it('types what each answers with', () => {
    const isBare = (status: string, name: string) =>
      ['204', '304'].includes(status) || (status === '202' && BY_MAIL.includes(name));
    const typed = (name: string, [status, { content }]: [string, Operation['responses'][string]]) =>
      isBare(status, name) ||
      Object.values(content ?? {}).some((one) => Object.keys(one.schema ?? {}).length > 0);
    expect(without((one) => codesOf(one).some(isOk))).toEqual([]);
    expect(
      without((one, name) =>
        Object.entries(one.responses)
          .filter(([status]) => isOk(status))
          .every((answer) => typed(name, answer)),
      ),
    ).toEqual([]);
  });

  it('tells every error as a problem, with an example for each code', () => {
    const isProblem = ({ content = {} }: Operation['responses'][string]) => {
      const { schema, examples = {} } = content['application/problem+json'] ?? {};
      return (
        Object.keys(content).length === 1 &&
        (schema as Schema | undefined)?.$ref === '#/components/schemas/Problem' &&
        Object.keys(examples).length > 0
      );
    };
    const errors = (one: Operation) => Object.entries(one.responses).filter(([status]) => !isOk(status));
    const isProbe = (name: string) => name.startsWith('GET /health/');
    expect(without((one, name) => isProbe(name) || errors(one).length > 0)).toEqual([]);
    expect(
      without((one, name) => isProbe(name) || errors(one).every(([, error]) => isProblem(error))),
    ).toEqual([]);
    expect(Object.keys(document.components.schemas['Problem']?.properties ?? {}).sort()).toEqual([
      ...['code', 'detail', 'errors', 'instance', 'status', 'ticket', 'title', 'traceId', 'type'],
    ]);
  });

  it('tells what a session, a body, an id and a limit may be answered with', () => {
    const needs = (status: string, when: (one: Operation, name: string) => boolean) =>
      expect(without((one, name) => !when(one, name) || codesOf(one).includes(status))).toEqual([]);
    needs('401', (one) => one.security !== undefined);
    needs('400', (one) => one.requestBody !== undefined);
    needs('413', (one) => one.requestBody !== undefined);
    needs('415', (one) => one.requestBody !== undefined);
    // Boards and queues have names of their own; what is no name of one is not found.
    const isId = ({ in: place, name }: { in: string; name: string }) =>
      place === 'path' && !['board', 'name'].includes(name);
    needs('400', (one) => (one.parameters ?? []).some(isId));
    // Nobody is needed to have limits: those of a subject that never came are unused.
    const mayMiss = ({ in: place, name }: { in: string; name: string }) =>
      place === 'path' && name !== 'subject';
    needs('404', (one) => (one.parameters ?? []).some(mayMiss));
    // Who proves a closed account theirs is told that it is closed.
    needs('403', ({ operationId = '' }) => ['logIn', 'useCode', 'verifyMfa'].includes(operationId));
    needs('429', (_one, name) => !name.includes('/health/'));
    needs('503', (_one, name) => !name.endsWith('/health/live'));
  });

  it('requires nothing of a query but whom to look for', () => {
    const isNeeded = (one: { in: string; required?: boolean }) => one.in === 'query' && one.required === true;
    expect(without(({ parameters = [] }) => !parameters.some(isNeeded))).toEqual(['GET /api/v1/presence']);
  });

  it('is answered where one presses Execute without filling anything in', async () => {
    const admin = await stack.admin();
    const refused: string[] = [];
    for (const [name, { parameters = [] }] of operations) {
      const path = name.replace('{board}', 'global').replace('{userId}', admin.user.userId);
      if (!path.startsWith('GET /api/v1/') || path.includes('{')) continue;
      const query = new URLSearchParams(parameters.flatMap(prefilled)).toString();
      const { status } = await admin.get(`${path.slice('GET /api/v1'.length)}?${query}`);
      if (status !== 200) refused.push(`${name}?${query}: ${status}`);
    }
    expect(refused).toEqual([]);
    const isFilledIn = (one: Parameter) =>
      one.in !== 'path' && one.required !== true && one.schema?.example !== undefined;
    expect(without(({ parameters = [] }) => !parameters.some(isFilledIn))).toEqual([]);
  });

  it('shows a newcomer how to sign up and in, beside the accounts of the demo', async () => {
    expect(await stack.run('dist/seed.js')).toMatchObject({ code: 0 });
    const named = new Map(operations);
    for (const [name, status] of [
      ['signup', 201],
      ['login', 200],
    ] as const) {
      const { requestBody } = named.get(`POST /api/v1/auth/${name}`) ?? {};
      const example = requestBody?.content['application/json']?.example;
      expect((await stack.client().post(`/auth/${name}`, example)).status).toBe(status);
    }
  });

  it('knows no fractions of ranks, pages and lists', () => {
    const isFraction = ({ schema }: Parameter) => schema?.type === 'number';
    expect(without(({ parameters = [] }) => !parameters.some(isFraction))).toEqual([]);
  });

  it('has an example for every body, sent or answered, that is as its schema says', async () => {
    const check = new BodySchemas(document.components);
    const wrong: string[] = [];
    for (const [name, { requestBody, responses }] of operations) {
      const contents = [requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.entries(part?.content ?? {}),
      );
      for (const [type, content] of contents)
        wrong.push(...check.problemsOf(content).map((problem) => `${name} (${type}): ${problem}`));
      // Compiling takes seconds in all: connections that end meanwhile must be heard of.
      await nextTurn();
    }
    expect(wrong).toEqual([]);
  });

  it('tells the headers by which a request may ask, and those that answers have', () => {
    const named = new Map(operations);
    const asked = (name: string) =>
      (named.get(name)?.parameters ?? []).filter((one) => one.in === 'header').map((one) => one.name);
    const told = (name: string, status: number) => {
      const answers = new Map(Object.entries(named.get(name)?.responses ?? {}));
      return Object.keys(answers.get(String(status))?.headers ?? {});
    };
    const quiz = '/api/v1/quizzes/{id}';
    for (const name of [`PUT ${quiz}`, `POST ${quiz}/regrade`]) expect(asked(name)).toEqual(['If-Match']);
    for (const name of [`GET ${quiz}`, `GET ${quiz}/key`, `GET ${quiz}/results`, `GET ${quiz}/export`]) {
      expect(asked(name)).toEqual(['If-None-Match']);
      expect(told(name, 304)).toContain('ETag');
      expect(told(name, 200)).toContain('ETag');
    }
    const submit = `POST ${quiz}/submissions`;
    expect(asked(submit)).toEqual(['Idempotency-Key']);
    expect(told(submit, 202)).toEqual(
      expect.arrayContaining([
        'Location',
        'Retry-After',
        'Idempotent-Replay',
        'RateLimit',
        'RateLimit-Policy',
      ]),
    );
    for (const [path, status] of [
      ...([
        ['signup', 201],
        ['login', 200],
        ['otp/verify', 200],
        ['mfa/verify', 200],
      ] as const),
    ])
      expect([path, told(`POST /api/v1/auth/${path}`, status)]).toEqual([
        path,
        expect.arrayContaining(['X-Device-Token']),
      ]);
    // What is limited tells so whatever comes of it, unless something is away.
    const tellsLimits = ({ responses }: Operation) =>
      Object.entries(responses).every(
        ([status, { headers = {} }]) => status >= '500' || 'RateLimit' in headers,
      );
    expect(without((one, name) => name.includes('/health/') || tellsLimits(one))).toEqual([]);
    expect(told(`GET ${quiz}/results`, 200)).toEqual(expect.arrayContaining(['Age', 'X-Cache']));
    for (const [name, status] of [
      ['POST /api/v1/quizzes', 201],
      [`PUT ${quiz}`, 200],
      [`POST ${quiz}/publish`, 200],
      [`POST ${quiz}/regrade`, 202],
    ] as const)
      expect([name, told(name, status)]).toEqual([name, expect.arrayContaining(['ETag'])]);
    expect(
      without((one) => Object.values(one.responses).every(({ headers = {} }) => 'X-Request-Id' in headers)),
    ).toEqual([]);
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/#\/components\/(\w+)\/([\w.-]+)/g)];
    const { schemas, headers } = document.components;
    const known = new Set([
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(headers).map((name) => `headers/${name}`),
    ]);
    const missing = references.filter(([, kind, name]) => !known.has(`${kind}/${name}`));
    expect([...new Set(missing.map(([reference]) => reference))]).toEqual([]);
  });

  it('types every property', () => {
    const bare = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, schema]) => !['type', '$ref', 'oneOf', 'allOf', 'enum'].some((key) => key in schema))
        .map(([property]) => `${name}.${property}`),
    );
    expect(bare).toEqual([]);
  });
});

it('serves Swagger UI', async () => {
  const page = await stack.client().get('/docs');
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringMatching(/^text\/html/),
  ]);
  expect(page.text).toContain('swagger-ui');
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'swagger-ui-init.js']) {
    const asset = await fetch(`${stack.url()}/docs/${file}`);
    expect(`${file}: ${asset.status}`).toBe(`${file}: 200`);
    await asset.arrayBuffer();
  }
});

describe('outside production', () => {
  it('a process says what it does in lines that can be read', async () => {
    const worker = stack.startWorker({ NODE_ENV: 'development', LOG_LEVEL: 'info' });
    await waitUntil('it takes jobs', () => /INFO: .*Taking jobs/.test(worker.log) || !worker.running);
    expect(worker.log).toMatch(/INFO: .*Taking jobs/);
  });
});
