import type { Type } from '@nestjs/common';
import type { RateLimitRule } from '../rate-limit/rule.js';

/** The shape of a JSON value: a class, a list of one shape, or one of several. */
export type Shape = Type<object> | readonly [Shape] | { readonly oneOf: readonly Shape[] };

/** The values of a shape. */
export type ShapeOf<S> =
  S extends Type<infer T>
    ? T
    : S extends readonly [infer Item]
      ? ShapeOf<Item>[]
      : S extends { readonly oneOf: readonly (infer One)[] }
        ? ShapeOf<One>
        : never;

/** Several classes that a body may be of. */
export interface Choice<Body extends object> {
  oneOf: readonly Type<Body>[];
  /** By which of them a body is checked. */
  choose(sent: object): Type<Body>;
}

/** What a body is checked against. */
export type BodyType<Body extends object> = Type<Body> | Choice<Body>;

/** What the documents say of an event that clients may send. */
export interface ClientEventDescription {
  /** Imperative: `chat.send`. */
  name: string;
  summary: string;
  /** DTO classes. */
  body: BodyType<object>;
  /** The acknowledgement's `data`. */
  answer: Shape;
  examples: readonly { body: object; data: unknown }[];
  /** On top of LIMIT_SOCKET, spent before the body is checked; the same rules as on routes. */
  limits?: readonly RateLimitRule[];
}

/** An event that clients may send, declared by the feature that answers it beside its DTO classes. */
export interface ClientEvent<Body extends object, Answer extends Shape> extends ClientEventDescription {
  body: BodyType<Body>;
  answer: Answer;
  examples: readonly { body: Body; data: ShapeOf<Answer> }[];
}
