import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { Idempotency, requestHash, type FirstAnswer } from '../common/idempotency/idempotency.service.js';
import type { Transaction } from '../database/database.service.js';
import type { Message, SendMessage } from './message.dto.js';
import { MessageService } from './message.service.js';

/** Another request under the same key was first: its answer is the answer. */
class AnsweredBefore extends Error {}

/** Messages over REST, of which one request under an `Idempotency-Key` writes one, whatever its `clientMessageId`. */
@Injectable()
export class IdempotentMessages {
  constructor(
    private readonly messages: MessageService,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws what `MessageService.send` does; AppError idempotency_key_reused */
  async send(
    caller: Caller,
    conversationId: string,
    body: SendMessage,
    key: string | undefined,
  ): Promise<FirstAnswer & { replayed: boolean }> {
    if (key === undefined)
      return { ...answerOf(await this.messages.send(caller, conversationId, body)), replayed: false };
    const hash = requestHash(`POST /conversations/${conversationId}/messages`, body);
    const first = await this.idempotency.replay(caller.userId, key, hash);
    if (first) return { ...first, replayed: true };
    try {
      const message = await this.messages.send(
        caller,
        conversationId,
        body,
        async (tx: Transaction, sent) => {
          const answer = { ...answerOf(sent), userId: caller.userId, key, requestHash: hash };
          if ((await this.idempotency.store(tx, [answer])) === 0) throw new AnsweredBefore();
        },
      );
      return { ...answerOf(message), replayed: false };
    } catch (error) {
      if (!(error instanceof AnsweredBefore)) throw error;
      const other = await this.idempotency.replay(caller.userId, key, hash);
      if (!other) throw new AppError('unavailable', { retryAfterSec: 1 });
      return { ...other, replayed: true };
    }
  }
}

const answerOf = (message: Message): FirstAnswer => ({ status: 201, headers: {}, body: { ...message } });
