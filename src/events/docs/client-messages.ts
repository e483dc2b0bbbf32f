import type { Type } from '@nestjs/common';
import type { BodyType, ClientEventDescription, Shape } from '../client-event.js';
import type { Channel, Message, Operation, Ref } from './document.types.js';
import { refTo, type JsonSchema } from './json-schema.js';

const CHANNEL = 'client';

/** The schema of the acknowledgement of what failed. */
export const refusal: JsonSchema = {
  type: 'object',
  description: 'How every event is acknowledged that failed',
  properties: { ok: { const: false }, error: refTo('Problem') },
  required: ['ok', 'error'],
};

/** Every class that a client event names. */
export const classesOf = ({ body, answer }: ClientEventDescription): Type[] => [
  ...bodyClasses(body),
  ...shapeClasses(answer),
];

/** What is sent, and how it is acknowledged; by their keys in the document. */
export const clientMessages = ({
  name,
  summary,
  body,
  answer,
  examples,
}: ClientEventDescription): [key: string, Message][] => [
  [
    sentAs(name),
    {
      name,
      summary,
      payload: oneOf(bodyClasses(body).map((one) => refTo(one.name))),
      examples: examples.map((example) => ({ payload: example.body })),
    },
  ],
  [
    acknowledgementOf(name),
    {
      name: acknowledgementOf(name),
      summary: `The Socket.IO acknowledgement of \`${name}\``,
      payload: { oneOf: [success(schemaOf(answer)), refTo('Refusal')] },
      examples: examples.map(({ data }) => ({ payload: { ok: true, data } })),
    },
  ],
];

/** What clients send is no matter of topics. */
export const clientChannel = (events: readonly ClientEventDescription[]): Channel => ({
  address: '/',
  title: 'What clients send',
  description: 'Every event is acknowledged',
  messages: Object.fromEntries(
    events
      .flatMap(({ name }) => [sentAs(name), acknowledgementOf(name)])
      .map((key) => [key, { $ref: `#/components/messages/${key}` }]),
  ),
});

export const clientOperation = ({ name, summary }: ClientEventDescription): Operation => ({
  action: 'receive',
  summary,
  channel: { $ref: `#/channels/${CHANNEL}` },
  messages: [message(sentAs(name))],
  reply: { channel: { $ref: `#/channels/${CHANNEL}` }, messages: [message(acknowledgementOf(name))] },
});

const message = (key: string): Ref => ({ $ref: `#/channels/${CHANNEL}/messages/${key}` });

/** The server may send an event of the same name: `chat.typing` is told as it is passed on. */
export const sentAs = (name: string): string => `${CHANNEL}.${name}`;

const acknowledgementOf = (name: string): string => `${name}.acknowledgement`;

const success = (data: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: { ok: { const: true }, data },
  required: ['ok', 'data'],
});

const bodyClasses = (body: BodyType<object>): readonly Type<object>[] =>
  'choose' in body ? body.oneOf : [body];

function shapeClasses(shape: Shape): Type[] {
  if (typeof shape === 'function') return [shape];
  return ('oneOf' in shape ? shape.oneOf : shape).flatMap(shapeClasses);
}

function schemaOf(shape: Shape): JsonSchema {
  if (typeof shape === 'function') return refTo(shape.name);
  if ('oneOf' in shape) return oneOf(shape.oneOf.map(schemaOf));
  return { type: 'array', items: schemaOf(shape[0]) };
}

const oneOf = (schemas: JsonSchema[]): JsonSchema =>
  schemas.length === 1 && schemas[0] ? schemas[0] : { oneOf: schemas };
