import { prefixOf, type ServerEvent, type TopicKind } from '../server-event.js';
import type { TopicSource } from '../topic-source.js';
import type { Channel, Message, Operation } from './document.types.js';
import { refTo, type JsonSchema } from './json-schema.js';

/** Under which the document has what is sent on topics of a kind: `leaderboard`. */
export const channelOf = ({ pattern }: TopicKind): string => pattern.replace(/:.*/, '');

/** An event in its envelope. */
export const serverMessage = (event: ServerEvent): Message => ({
  name: event.name,
  summary: event.summary,
  ...(event.transient ? { tags: [{ name: 'transient' }] } : {}),
  payload: {
    allOf: [
      refTo('EventEnvelope'),
      {
        properties: {
          topic: topicSchema(event.topic),
          epoch: { type: event.transient ? 'null' : 'string' },
          seq: { type: event.transient ? 'null' : 'integer' },
          data: refTo(event.data.name),
        },
      },
    ],
  },
  examples: [
    {
      payload: {
        id: '0199d3f3-5c7d-7e9f-8a1b-2c3d4e5f6071',
        topic: event.topic.example,
        epoch: event.transient ? null : 'q0Yl2vXb',
        seq: event.transient ? null : 8,
        ts: '2026-11-24T09:30:00.000Z',
        data: event.example,
      },
    },
  ],
});

/** A kind of topic, and what is sent on it. */
export function topicChannel(kind: TopicKind, sources: TopicSource[], events: ServerEvent[]): Channel {
  const source = sources.find((one) => one.kind.pattern === kind.pattern);
  const [, parameter] = /\{(.*)\}/.exec(kind.pattern) ?? [];
  const name = kind.example.slice(prefixOf(kind).length);
  return {
    address: kind.pattern,
    title: kind.pattern,
    description: kind.summary,
    ...(parameter ? { parameters: { [parameter]: { examples: [name] } } } : {}),
    messages: Object.fromEntries(
      events
        .filter((event) => event.topic.pattern === kind.pattern)
        .map((event) => [event.name, { $ref: `#/components/messages/${event.name}` }]),
    ),
    ...(source ? { 'x-snapshot': refTo(source.snapshotType.name) } : {}),
  };
}

export const topicOperation = (channel: string, { address, messages }: Channel): Operation => ({
  action: 'send',
  summary: `What the server sends to who is subscribed to \`${address}\``,
  channel: { $ref: `#/channels/${channel}` },
  messages: Object.keys(messages).map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
});

/** Which snapshot a subscription brings, by the kind of its topic. */
export const snapshotRules = (sources: TopicSource[]): JsonSchema[] =>
  sources.map(({ kind, snapshotType }) => ({
    if: { properties: { topic: topicSchema(kind) } },
    then: { properties: { snapshot: refTo(snapshotType.name) } },
  }));

const topicSchema = (kind: TopicKind): JsonSchema =>
  kind.pattern.includes('{') ? { type: 'string', pattern: `^${prefixOf(kind)}.+` } : { const: kind.pattern };
