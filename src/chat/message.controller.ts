import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Idempotent, NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import type { ErrorCode } from '../common/errors.js';
import { IdParam } from '../common/id-param.decorator.js';
import { IdempotencyKey } from '../common/idempotency/idempotency-key.decorator.js';
import { RateLimit } from '../rate-limit/rate-limit.decorator.js';
import { MESSAGE_LIMIT } from './chat.limits.js';
import { IdempotentMessages } from './idempotent-messages.service.js';
import {
  EditMessage,
  HistoryQuery,
  Message,
  MessagePage,
  ReadMarker,
  ReadUpTo,
  SendMessage,
} from './message.dto.js';
import { MessageService } from './message.service.js';

const OF_ONE: ErrorCode[] = ['validation_failed', 'unauthenticated', 'not_found'];

@ApiTags('Conversations')
@NeedsSession()
@Controller('conversations/:id')
export class MessageController {
  constructor(
    private readonly messages: MessageService,
    private readonly idempotent: IdempotentMessages,
  ) {}

  @Post('messages')
  @HttpCode(201)
  @RateLimit(MESSAGE_LIMIT)
  @Idempotent()
  @Api({
    id: 'sendMessage',
    summary: 'Write to a conversation',
    description:
      'Stored for good when it is answered. Sent again with the same `clientMessageId`, or under the same `Idempotency-Key`, it is the first message that is answered.',
    ok: { status: 201, type: Message },
    errors: [...OF_ONE, 'forbidden', 'idempotency_key_reused'],
  })
  async send(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: SendMessage,
    @Res() response: Response,
  ): Promise<void> {
    const answer = await this.idempotent.send(caller, id, body, key);
    if (answer.replayed) response.setHeader('Idempotent-Replay', 'true');
    response.status(answer.status).json(answer.body);
  }

  @Get('messages')
  @Api({
    id: 'listMessages',
    summary: 'Messages of a conversation, in the order of their seq',
    description:
      'The last ones, or those next below `before`, or next above `after`. What was deleted has no text.',
    errors: OF_ONE,
  })
  list(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Query() query: HistoryQuery,
  ): Promise<MessagePage> {
    return this.messages.history(caller, id, query);
  }

  @Patch('messages/:messageId')
  @RateLimit(MESSAGE_LIMIT)
  @Api({ id: 'editMessage', summary: 'Change a message of mine', errors: [...OF_ONE, 'forbidden'] })
  edit(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IdParam('messageId') messageId: string,
    @Body() { text }: EditMessage,
  ): Promise<Message> {
    return this.messages.edit(caller, id, messageId, text);
  }

  @Delete('messages/:messageId')
  @HttpCode(204)
  @Api({
    id: 'deleteMessage',
    summary: 'Delete a message of mine: its place stays, its text goes',
    errors: OF_ONE,
  })
  delete(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IdParam('messageId') messageId: string,
  ): Promise<void> {
    return this.messages.delete(caller, id, messageId);
  }

  @Post('read')
  @HttpCode(200)
  @Api({
    id: 'readConversation',
    summary: 'I have read up to there',
    description: 'The marker moves forward only, to the last event at most.',
    errors: OF_ONE,
  })
  read(@Caller() caller: Caller, @IdParam('id') id: string, @Body() { seq }: ReadUpTo): Promise<ReadMarker> {
    return this.messages.read(caller, id, seq);
  }
}
