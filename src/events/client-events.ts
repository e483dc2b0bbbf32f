import { Injectable, type Type } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { findProblem } from '../common/json-body.js';
import { validationFailed, validationPipe } from '../common/validation.js';
import { limitRule, type RateLimitRule } from '../rate-limit/rule.js';
import type { BodyType, ClientEvent, ClientEventDescription, Shape, ShapeOf } from './client-event.js';
import type { EventSocket } from './event-socket.js';

export interface ClientEventContext {
  socket: EventSocket;
  /** Runs when the acknowledgement is on its way; not at all when the event failed. */
  afterAck: (run: () => void) => void;
}

type Run<Body, Data> = (context: ClientEventContext, body: Body) => Promise<Data>;

/**
 * What clients may send. A feature registers its events in `onModuleInit`; each is then documented, limited, checked
 * against its DTO and acknowledged like all others, with `{ ok: true, data }` or the problem of what was thrown.
 */
@Injectable()
export class ClientEvents {
  private readonly runs = new Map<string, Run<unknown, unknown>>();
  private readonly pipe = validationPipe();
  readonly events: ClientEventDescription[] = [];

  /** @param run returns the acknowledgement's `data`; throws AppError */
  register<Body extends object, Answer extends Shape>(
    event: ClientEvent<Body, Answer>,
    run: Run<Body, ShapeOf<Answer>>,
  ): void {
    if (this.runs.has(event.name)) throw new Error(`Two handlers for ${event.name}`);
    this.events.push(event);
    event.limits?.forEach(limitRule);
    const answer: Run<Body, unknown> = run;
    this.runs.set(
      event.name,
      async (context, sent) => await answer(context, await this.check(event.body, sent)),
    );
  }

  limitsOf = (name: string): readonly RateLimitRule[] =>
    this.events.find((event) => event.name === name)?.limits ?? [];

  /** @throws AppError not_found, validation_failed, and what the event's own handler throws */
  async run(event: string, context: ClientEventContext, sent: unknown[]): Promise<unknown> {
    const run = this.runs.get(event);
    if (run === undefined) throw new AppError('not_found', { detail: 'There is no such event' });
    if (sent.length > 1) throw validationFailed([{ path: '', message: 'takes one object' }]);
    return await run(context, sent[0] ?? {});
  }

  private async check<Body extends object>(body: BodyType<Body>, sent: unknown): Promise<Body> {
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent) || Buffer.isBuffer(sent))
      throw validationFailed([{ path: '', message: 'must be an object' }]);
    const problem = findProblem(sent);
    if (problem) throw validationFailed([problem]);
    const type: Type<Body> = 'choose' in body ? body.choose(sent) : body;
    const made: unknown = await this.pipe.transform(sent, { type: 'body', metatype: type });
    if (!(made instanceof type)) throw new Error(`${type.name} was not made`);
    return made;
  }
}
