import { Parser } from '@asyncapi/parser';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AsyncApiDocument } from '../../src/events/docs/document.types.js';
import { EventContract } from '../support/event-contract.js';
import { Stack } from '../support/stack.js';

/** What the server sends, by topic; transient events are marked. */
const SERVER_EVENTS = {
  user: [
    ...['submission.scored', 'session.revoked (transient)'],
    ...['subscription.ended (transient)', 'notification.created'],
  ],
  'leaderboard:{board}': [
    'leaderboard.top10.entered',
    'leaderboard.top10.left',
    'leaderboard.changed (transient)',
  ],
  'conversation:{id}': [
    ...['chat.message', 'chat.edited', 'chat.deleted'],
    ...['chat.read (transient)', 'chat.typing (transient)'],
  ],
  'presence:{userId}': ['presence.changed (transient)'],
};
const CLIENT_EVENTS = ['subscribe', 'unsubscribe', 'chat.send', 'chat.read', 'chat.typing', 'presence.set'];

let stack: Stack;
let text: string;
let document: AsyncApiDocument;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0 });
  text = (await stack.client().get('/docs/asyncapi.json')).text;
  document = JSON.parse(text) as AsyncApiDocument;
});
afterAll(async () => await stack.stop());

describe('the AsyncAPI document', () => {
  it('is one, by the judgement of @asyncapi/parser', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(text);
    // Beside errors (0) and warnings (1) there are hints, such as that there is a later version of AsyncAPI.
    expect(diagnostics.filter(({ severity }) => [0, 1].includes(severity))).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
  });

  it('names the server as clients reach it, and how they sign in', () => {
    expect(document).toMatchObject({
      asyncapi: '3.0.0',
      servers: {
        api: {
          host: new URL(stack.url()).host.replace('127.0.0.1', 'localhost'),
          protocol: 'ws',
          pathname: '/socket.io',
        },
      },
      components: { securitySchemes: { accessToken: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('has every event that the server sends, by its topic, and no other', () => {
    const { client, ...topics } = document.channels;
    const { messages } = document.components;
    const marked = (name: string) => `${name}${messages[name]?.tags ? ' (transient)' : ''}`;
    expect(
      Object.fromEntries(
        Object.values(topics).map((one) => [one.address, Object.keys(one.messages).map(marked)]),
      ),
    ).toEqual(SERVER_EVENTS);
    expect(Object.keys(client?.messages ?? {})).toEqual(
      CLIENT_EVENTS.flatMap((name) => [`client.${name}`, `${name}.acknowledgement`]),
    );
    const operations = Object.values(document.operations).flatMap((one) => [
      ...one.messages,
      ...(one.reply?.messages ?? []),
    ]);
    expect(operations).toHaveLength(Object.keys(messages).length);
  });

  it('has examples of everything, which are as it says', async () => {
    const contract = await EventContract.of(stack.url());
    for (const [key, { examples = [] }] of Object.entries(document.components.messages)) {
      expect(`${key}: ${examples.length > 0}`).toBe(`${key}: true`);
      for (const { payload } of examples) contract.checkMessage(key, payload);
    }
  });

  it('is strict enough to tell an event that is not as it says', async () => {
    const contract = await EventContract.of(stack.url());
    const name = 'leaderboard.top10.left';
    const good = document.components.messages[name]?.examples?.[0]?.payload as { data: object };
    for (const bad of [
      { ...good, data: { ...good.data, extra: 1 } },
      { ...good, data: { ...good.data, score: undefined } },
      { ...good, data: { ...good.data, rank: '11' } },
      { ...good, topic: 'user' },
      { ...good, seq: null },
      { ...good, extra: 1 },
    ])
      expect(() => contract.checkMessage(name, bad)).toThrow('is not as documented');
    expect(() => contract.checkMessage('leaderboard.unheard', good)).toThrow(
      'is not in the AsyncAPI document',
    );
    expect(() =>
      contract.checkAnswer('subscribe', {
        ok: true,
        data: { topic: 'user', epoch: 'a', seq: 1, recovered: false, snapshot: { board: 'global' } },
      }),
    ).toThrow('is not as documented');
  });

  it('says what may be null and what may be left out', () => {
    const { schemas } = document.components;
    expect(schemas['Top10Left']).toMatchObject({
      properties: { userId: { type: ['string', 'null'], format: 'uuid' }, score: { type: 'integer' } },
      required: ['board', 'userId', 'rank', 'score'],
    });
    expect(schemas['TopicRequest']?.required).toEqual(['topic']);
    expect(schemas['Problem']?.required).not.toContain('errors');
    expect(text).not.toContain('"nullable"');
  });
});

describe('the page of it', () => {
  it('names every event and is linked with the other documents', async () => {
    const page = await stack.client().get('/docs/events');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const sent = Object.values(SERVER_EVENTS).map((names) => names.map((name) => name.replace(/ .*/, '')));
    for (const place of [...CLIENT_EVENTS.map((name) => `client.${name}`), ...sent.flat()])
      expect(page.text.split(`<section id="${place}">`)).toHaveLength(2);
    for (const link of ['asyncapi.json', '../docs']) expect(page.text).toContain(`<a href="${link}">`);
    const openApi = await stack.client().get<{ info: { description: string } }>('/docs/openapi.json');
    expect(openApi.body.info.description).toContain('(/docs/events)');
  });

  it('needs no script, and nothing that the Content-Security-Policy of the others forbids', async () => {
    const [page, others] = [await stack.client().get('/docs/events'), await stack.client().get('/docs')];
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    expect(page.headers.get('content-security-policy')).toBe(others.headers.get('content-security-policy'));
    expect(page.text).not.toMatch(/<script|style=|\son\w+=|https?:/);
    const css = await stack.client().get('/docs/events/page.css');
    expect([css.status, css.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });
});
