import type { JsonSchema } from './json-schema.js';

export interface Ref {
  $ref: string;
}

export interface Message {
  name: string;
  summary: string;
  payload: JsonSchema;
  tags?: { name: string }[];
  examples?: { payload: unknown }[];
}

export interface Channel {
  address: string;
  title: string;
  description: string;
  parameters?: Record<string, { examples: string[] }>;
  messages: Record<string, Ref>;
  /** What who subscribes to such a topic begins with. */
  'x-snapshot'?: JsonSchema;
}

export interface Operation {
  action: 'send' | 'receive';
  summary: string;
  channel: Ref;
  messages: Ref[];
  reply?: { channel: Ref; messages: Ref[] };
}

/** What our AsyncAPI 3.0 document consists of. */
export interface AsyncApiDocument {
  asyncapi: '3.0.0';
  info: { title: string; version: string; description: string };
  defaultContentType: string;
  servers: Record<string, object>;
  channels: Record<string, Channel>;
  operations: Record<string, Operation>;
  components: {
    messages: Record<string, Message>;
    schemas: Record<string, JsonSchema>;
    securitySchemes: Record<string, object>;
  };
}
