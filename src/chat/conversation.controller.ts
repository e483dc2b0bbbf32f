import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import type { ErrorCode } from '../common/errors.js';
import { IdParam } from '../common/id-param.decorator.js';
import { PageQuery } from '../common/page.js';
import {
  AddMembers,
  Conversation,
  ConversationPage,
  CreateConversation,
  RenameConversation,
} from './conversation.dto.js';
import { ConversationService } from './conversation.service.js';

const OF_ONE: ErrorCode[] = ['validation_failed', 'unauthenticated', 'not_found'];

@ApiTags('Conversations')
@NeedsSession()
@Controller('conversations')
export class ConversationController {
  constructor(private readonly conversations: ConversationService) {}

  @Post()
  @Api({
    id: 'createConversation',
    summary: 'Begin a conversation with one, or a group',
    description:
      'The same two always have the same direct conversation: 201 when it is new, else 200. Whom one has blocked, or who has blocked one, cannot be brought in.',
    ok: { status: 201, type: Conversation },
    errors: ['unauthenticated', 'forbidden'],
  })
  async create(
    @Caller() caller: Caller,
    @Body() body: CreateConversation,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Conversation> {
    const { conversation, isNew } = await this.conversations.create(caller, body);
    response.status(isNew ? 201 : 200);
    return conversation;
  }

  @Get()
  @Api({
    id: 'listConversations',
    summary: 'My conversations, the one with the newest event first',
    errors: ['validation_failed', 'unauthenticated'],
  })
  list(@Caller() caller: Caller, @Query() query: PageQuery): Promise<ConversationPage> {
    return this.conversations.list(caller, query);
  }

  @Get(':id')
  @Api({ id: 'getConversation', summary: 'A conversation of mine, with its members', errors: OF_ONE })
  read(@Caller() caller: Caller, @IdParam('id') id: string): Promise<Conversation> {
    return this.conversations.read(caller, id);
  }

  @Patch(':id')
  @Api({ id: 'renameConversation', summary: 'Rename my group', errors: [...OF_ONE, 'forbidden'] })
  rename(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Body() { name }: RenameConversation,
  ): Promise<Conversation> {
    return this.conversations.rename(caller, id, name);
  }

  @Delete(':id')
  @HttpCode(204)
  @Api({
    id: 'leaveConversation',
    summary: 'Leave a group, or put a direct conversation away until somebody writes',
    description:
      'An owner is followed by who has been in the group longest; the group goes with the last one.',
    errors: OF_ONE,
  })
  leave(@Caller() caller: Caller, @IdParam('id') id: string): Promise<void> {
    return this.conversations.leave(caller, id);
  }

  @Post(':id/members')
  @HttpCode(200)
  @Api({
    id: 'addMembers',
    summary: 'Bring users into my group; who is in it already is fine',
    errors: [...OF_ONE, 'forbidden'],
  })
  add(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Body() { memberIds }: AddMembers,
  ): Promise<Conversation> {
    return this.conversations.add(caller, id, memberIds);
  }

  @Delete(':id/members/:userId')
  @HttpCode(204)
  @Api({
    id: 'removeMember',
    summary: 'Take a member out of my group',
    description: 'From then on they read and hear nothing more of it, live within a second.',
    errors: [...OF_ONE, 'forbidden'],
  })
  remove(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IdParam('userId') userId: string,
  ): Promise<void> {
    return this.conversations.remove(caller, id, userId);
  }
}
