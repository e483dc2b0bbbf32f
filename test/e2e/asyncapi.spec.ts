import { Parser } from '@asyncapi/parser';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AsyncApiDocument } from '../../src/events/docs/document.types.js';
import { Stack } from '../support/stack.js';

/** What the server sends, by topic; transient events are marked. */
const SERVER_EVENTS = {
  user: ['submission.scored', 'session.revoked (transient)'],
  'leaderboard:{board}': [
    'leaderboard.top10.entered',
    'leaderboard.top10.left',
    'leaderboard.changed (transient)',
  ],
};
const CLIENT_EVENTS = ['subscribe', 'unsubscribe'];

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
      CLIENT_EVENTS.flatMap((name) => [name, `${name}.acknowledgement`]),
    );
    const operations = Object.values(document.operations).flatMap((one) => [
      ...one.messages,
      ...(one.reply?.messages ?? []),
    ]);
    expect(operations).toHaveLength(Object.keys(messages).length);
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
