import type { INestApplication } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CLIENT_EVENTS, SERVER_EVENTS, schemas } from './asyncapi.events.js';

const ref = (path: string) => ({ $ref: `#/${path}` });

/**
 * Describes the Socket.IO interface (AsyncAPI 3.0). A Socket.IO event is a message whose name is the event's.
 * @param publicUrl where the server is reached, such as `http://localhost:3000`
 */
export function asyncApiDocument(publicUrl: string) {
  const { host, protocol } = new URL(publicUrl);
  return {
    asyncapi: '3.0.0',
    info: { title: 'RediStack live events', version: '1.0.0', description: GUIDE },
    defaultContentType: 'application/json',
    servers: {
      api: {
        host,
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        pathname: '/socket.io',
        description: 'Socket.IO 4, namespace `/`, transports websocket and polling',
        security: [ref('components/securitySchemes/accessToken')],
      },
    },
    channels: {
      events: {
        address: '/',
        title: 'The one namespace',
        messages: Object.fromEntries(
          [...Object.keys(CLIENT_EVENTS), 'acknowledgement', ...Object.keys(SERVER_EVENTS)].map((name) => [
            name,
            ref(`components/messages/${name}`),
          ]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(Object.keys(CLIENT_EVENTS).map((name) => [name, clientOperation(name)])),
      serverEvents: {
        action: 'send',
        summary: 'What the server sends, each in an envelope, to the sockets subscribed to its topic',
        channel: ref('channels/events'),
        messages: Object.keys(SERVER_EVENTS).map((name) => ref(`channels/events/messages/${name}`)),
      },
    },
    components: {
      messages: messages(),
      schemas,
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Given in the handshake as `auth: { token }`, not as a header',
        },
      },
    },
  };
}

/** Serves the document at /docs/asyncapi.json, for anyone. */
export function serveAsyncApi(app: INestApplication, publicUrl: string): void {
  const document = asyncApiDocument(publicUrl);
  app.getHttpAdapter().get('/docs/asyncapi.json', (_request: Request, response: Response) => {
    response.json(document);
  });
}

const clientOperation = (name: string) => ({
  action: 'receive',
  channel: ref('channels/events'),
  messages: [ref(`channels/events/messages/${name}`)],
  reply: {
    channel: ref('channels/events'),
    messages: [ref('channels/events/messages/acknowledgement')],
  },
});

function messages(): Record<string, unknown> {
  const sent: [string, unknown][] = Object.entries(CLIENT_EVENTS).map(
    ([name, { summary, payload, data, examples }]) => [
      name,
      { name, summary, payload, 'x-acknowledgement-data': data, examples },
    ],
  );
  const received: [string, unknown][] = Object.entries(SERVER_EVENTS).map(
    ([name, { summary, topic, transient, data }]) => [
      name,
      {
        name,
        summary: `${summary} (topic \`${topic}\`${transient ? ', transient' : ''})`,
        payload: { allOf: [ref('components/schemas/Envelope'), { type: 'object', properties: { data } }] },
      },
    ],
  );
  const acknowledgement = {
    name: 'acknowledgement',
    summary: 'The Socket.IO acknowledgement of every client event',
    payload: ref('components/schemas/Acknowledgement'),
  };
  return { ...Object.fromEntries([...sent, ...received]), acknowledgement };
}

const GUIDE = `
Connect with Socket.IO 4 and \`auth: { token: accessToken }\`. A refusal is \`connect_error\`, whose \`data\` is a problem
(RFC 9457). A payload is at most 16 KB; a larger one closes the connection. A socket may send 20 events in 4 s by
default; more are acknowledged with \`rate_limited\`, and after 50 refusals in 10 s the socket is closed. A client that
does not read what it is sent is cut. One's own topic \`user\` is subscribed at connect.

**Following a topic.** Every event has an envelope; \`seq\` rises by one per topic and \`epoch\`, so a gap shows. Remember
the last \`seq\` and \`epoch\` of each topic and, after a reconnect, subscribe with them as \`since\` and \`epoch\`.
\`recovered: true\`: every event after \`since\` follows the acknowledgement, in order, before new ones.
\`recovered: false\`: take \`snapshot\` (of a board: the data of \`leaderboard.changed\`); it holds all up to \`seq\`, and what comes after \`seq\` follows. An event with
another \`epoch\` than yours says that the topic began again: subscribe again. To subscribe again to a topic you hold
sends what is after \`since\` again; drop what you have. Transient events have \`seq: null\` and are not replayed.

The list form takes up to 200 topics, as many as fit into 16 KB; its acknowledgement is a list in the same order, in
which a topic that failed is \`{ topic, error }\`.
`.trim();
