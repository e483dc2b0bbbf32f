import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { toAppError, toProblem, type Problem } from '../common/problem.js';
import { mayTrack, runWithRequestId } from '../common/request-context.js';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';
import { ClientEvents } from './client-events.js';
import type { EventSocket } from './event-socket.js';

/** What every client event is answered with. */
export type Acknowledgement = { ok: true; data: unknown } | { ok: false; error: Problem };

type Acknowledge = (answer: Acknowledgement) => void;

const isFunction = (value: unknown): value is Acknowledge => typeof value === 'function';

/** Spends the socket's budget and the event's limits, runs it and acknowledges it, whatever the client sent. */
@Injectable()
export class ClientEventDispatcher {
  private readonly logger = new Logger('Socket');

  constructor(
    private readonly events: ClientEvents,
    private readonly limiter: RateLimiter,
  ) {}

  /** @param event what the client calls it: text, or a number, which Socket.IO lets through as well */
  async dispatch(socket: EventSocket, event: unknown, args: unknown[]): Promise<void> {
    const name = String(event);
    const last = args.at(-1);
    const acknowledge: Acknowledge = isFunction(last) ? last : () => undefined;
    const sent = isFunction(last) ? args.slice(0, -1) : args;
    const work = async () => {
      const afterAck: (() => void)[] = [];
      acknowledge(await this.answer(socket, name, sent, afterAck));
      for (const run of afterAck) run();
    };
    await runWithRequestId(newId(), work, mayTrack(socket.handshake.headers));
    if (socket.data.budget.isExhausted(Date.now())) socket.disconnect(true);
  }

  private async answer(
    socket: EventSocket,
    event: string,
    sent: unknown[],
    afterAck: (() => void)[],
  ): Promise<Acknowledgement> {
    try {
      spend(socket);
      const { caller, ip } = socket.data;
      const limited = { userId: caller.userId, ip, body: sent[0], params: {} };
      await this.limiter.require(limited, this.events.limitsOf(event));
      const context = { socket, afterAck: (run: () => void) => void afterAck.push(run) };
      return { ok: true, data: (await this.events.run(event, context, sent)) ?? null };
    } catch (thrown) {
      afterAck.length = 0;
      const error = toAppError(thrown);
      this.log(error, event);
      return { ok: false, error: toProblem(error, event.slice(0, 100)) };
    }
  }

  // As over HTTP: what is away is told in a line, since every client asks again.
  private log(error: AppError, event: string): void {
    const { cause } = error.details;
    if (error.code === 'internal') this.logger.error({ err: cause ?? error, event });
    else if (error.status >= 500) {
      const why = cause instanceof Error ? cause.message : error.message;
      this.logger.warn({ code: error.code, event, why });
    }
  }
}

function spend(socket: EventSocket): void {
  const waitMs = socket.data.budget.spend(Date.now());
  if (waitMs === 0) return;
  const retryAfterSec = Math.ceil(waitMs / 1000);
  throw new AppError('rate_limited', { detail: `Try again in ${retryAfterSec} s`, retryAfterSec });
}
