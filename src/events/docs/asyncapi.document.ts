import type { INestApplication } from '@nestjs/common';
import { Problem } from '../../common/problem.js';
import { ClientEvents } from '../client-events.js';
import { EventEnvelope } from '../event-envelope.js';
import { Topics } from '../topics.js';
import { classesOf, clientChannel, clientMessages, clientOperation, refusal } from './client-messages.js';
import type { AsyncApiDocument } from './document.types.js';
import { GUIDE } from './guide.js';
import { schemasOf, type JsonSchema } from './json-schema.js';
import { channelOf, serverMessage, snapshotRules, topicChannel, topicOperation } from './server-messages.js';

/**
 * Describes the Socket.IO interface (AsyncAPI 3.0) from what the features have registered: a Socket.IO event is a
 * message whose name is the event's, a kind of topic is a channel.
 * @param app initialised
 * @param publicUrl where the server is reached, such as `http://localhost:3000`
 */
export function asyncApiDocument(app: INestApplication, publicUrl: string): AsyncApiDocument {
  const { sources, events } = app.get(Topics);
  const { events: clientEvents } = app.get(ClientEvents);
  const kinds = [...sources.map(({ kind }) => kind), ...events.map(({ topic }) => topic)];
  const topics = Object.fromEntries(
    kinds.map((kind) => [channelOf(kind), topicChannel(kind, sources, events)] as const),
  );
  const messages = [
    ...clientEvents.flatMap(clientMessages),
    ...events.map((event) => [event.name, serverMessage(event)] as const),
  ];
  return {
    asyncapi: '3.0.0',
    info: { title: 'RediStack live events', version: '1.0.0', description: GUIDE },
    defaultContentType: 'application/json',
    servers: { api: serverAt(publicUrl) },
    channels: { client: clientChannel(clientEvents), ...topics },
    operations: {
      ...Object.fromEntries(clientEvents.map((event) => [event.name, clientOperation(event)])),
      ...Object.fromEntries(
        Object.entries(topics).map(([name, channel]) => [`${name}.events`, topicOperation(name, channel)]),
      ),
    },
    components: {
      messages: Object.fromEntries(messages),
      schemas: allSchemas(app),
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

function allSchemas(app: INestApplication): Record<string, JsonSchema> {
  const { sources, events } = app.get(Topics);
  const schemas = schemasOf(app, [
    ...[EventEnvelope, Problem],
    ...app.get(ClientEvents).events.flatMap(classesOf),
    ...events.map(({ data }) => data),
    ...sources.map(({ snapshotType }) => snapshotType),
  ]);
  const Subscription = { ...schemas['Subscription'], allOf: snapshotRules(sources) };
  return { ...schemas, Subscription, Refusal: refusal };
}

function serverAt(publicUrl: string): object {
  const { host, protocol } = new URL(publicUrl);
  return {
    host,
    protocol: protocol === 'https:' ? 'wss' : 'ws',
    pathname: '/socket.io',
    description: 'Socket.IO 4, namespace `/`, transports websocket and polling',
    security: [{ $ref: '#/components/securitySchemes/accessToken' }],
  };
}
