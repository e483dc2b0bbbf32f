import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { gathered } from '../common/gathered.js';
import { KeyedTurns } from '../common/keyed-turns.js';
import { placedPage, placeFromCursor, type Page, type PageQuery } from '../common/page.js';
import { validationFailed } from '../common/validation.js';
import { Database, type Transaction } from '../database/database.service.js';
import { blocked, forOwners, noSuchConversation } from './chat-errors.js';
import { LIMITS } from './chat.limits.js';
import type {
  Conversation,
  ConversationSnapshot,
  ConversationSummary,
  CreateConversation,
} from './conversation.dto.js';
import { ConversationRepository, pairOf } from './conversation.repository.js';
import {
  ConversationSummaryRepository,
  isListPlace,
  type ConversationRow,
  type MemberOf,
} from './conversation-summary.repository.js';
import { conversationView, snapshotView, summaryView } from './conversation-view.js';
import { MembershipChanges } from './membership-changes.service.js';

const PATIENCE_MS = 4_000;

/** Conversations and who is in them. Whoever changes members holds the conversation's row. */
@Injectable()
export class ConversationService {
  /** Two who begin a conversation at once, again and again. */
  private readonly turns = new KeyedTurns(PATIENCE_MS);
  /** Whether a user is in a conversation; one statement for all that is asked at once. */
  readonly isMember = gathered(async (all: MemberOf[]) => await this.conversations.areMembers(all));
  /** Counting what is unread, and a thousand members, takes its time. */
  private readonly find = gathered(async (all: MemberOf[]) => await this.summaries.findAll(all), {
    ...{ atOnce: 50, patienceMs: PATIENCE_MS },
  });

  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationRepository,
    private readonly summaries: ConversationSummaryRepository,
    private readonly changes: MembershipChanges,
  ) {}

  /** @returns the conversation, and whether it is new. @throws AppError validation_failed, forbidden */
  async create(
    caller: Caller,
    { type, name, memberIds }: CreateConversation,
  ): Promise<{ conversation: Conversation; isNew: boolean }> {
    if (memberIds.includes(caller.userId))
      throw validationFailed([{ path: 'memberIds', message: 'must name others; you are in it anyway' }]);
    if (type === 'direct') return await this.openDirect(caller, memberIds, name);
    await this.requireApproachable(caller.userId, memberIds);
    const id = await this.changes.commit(async (tx, { joined }) => {
      const made = await this.conversations.openGroup(tx, caller.userId, name ?? '', memberIds);
      await joined(made, [caller.userId, ...memberIds], caller.userId);
      await this.requireRoom(tx, [caller.userId, ...memberIds]);
      return made;
    });
    return { conversation: await this.read(caller, id), isNew: true };
  }

  async list({ userId }: Caller, { limit, cursor }: PageQuery): Promise<Page<ConversationSummary>> {
    const rows = await this.summaries.list(userId, limit + 1, placeFromCursor(cursor, isListPlace));
    return placedPage(rows, limit, summaryView, ({ activeAt, id }) => ({
      activeAt: activeAt.toISOString(),
      id,
    }));
  }

  /** @throws AppError not_found for who is not in it */
  async read({ userId }: Pick<Caller, 'userId'>, id: string): Promise<Conversation> {
    return conversationView(await this.summary(userId, id), await this.conversations.members(id));
  }

  /** Of a bounded size; one statement for all that are asked for at once. @throws AppError not_found */
  async snapshot({ userId }: Pick<Caller, 'userId'>, id: string): Promise<ConversationSnapshot> {
    return snapshotView(await this.summary(userId, id));
  }

  /** @throws AppError not_found, forbidden */
  async rename(caller: Caller, id: string, name: string): Promise<Conversation> {
    await this.database.$transaction(async (tx) => {
      await this.requireOwner(tx, caller, id);
      await this.conversations.rename(tx, id, name);
    });
    return await this.read(caller, id);
  }

  /** Leaves a group for good, and a direct conversation until somebody writes. @throws AppError not_found */
  async leave({ userId }: Pick<Caller, 'userId'>, id: string): Promise<void> {
    await this.changes.commit(async (tx, { left }) => {
      const found = await this.conversations.lockGroup(tx, id, userId);
      if (!found) throw noSuchConversation();
      if (found.type === 'direct') await this.conversations.hide(tx, id, userId);
      else {
        await this.conversations.removeMember(tx, id, userId);
        await left(id, userId);
      }
    });
  }

  /** @throws AppError not_found, forbidden, validation_failed */
  async add(caller: Caller, id: string, memberIds: string[]): Promise<Conversation> {
    await this.changes.commit(async (tx, { joined }) => {
      await this.requireOwner(tx, caller, id);
      await this.requireApproachable(caller.userId, memberIds, tx);
      const added = await this.conversations.addMembers(tx, id, memberIds);
      if ((await this.conversations.memberCount(tx, id)) > LIMITS.members)
        throw validationFailed([
          { path: 'memberIds', message: `would make more than ${LIMITS.members} members` },
        ]);
      await joined(id, added, caller.userId);
      await this.requireRoom(tx, added);
    });
    return await this.read(caller, id);
  }

  /** Takes a member out. @throws AppError not_found, forbidden */
  async remove(caller: Caller, id: string, userId: string): Promise<void> {
    if (userId === caller.userId) {
      await this.leave(caller, id);
      return;
    }
    await this.changes.commit(async (tx, { left }) => {
      await this.requireOwner(tx, caller, id);
      if (!(await this.conversations.removeMember(tx, id, userId)))
        throw new AppError('not_found', { detail: 'There is no such member' });
      await left(id, userId);
    });
  }

  /** For who reads messages or hears the topic. @throws AppError not_found */
  async requireMember(userId: string, id: string): Promise<void> {
    if (!(await this.isMember({ userId, conversationId: id }))) throw noSuchConversation();
  }

  /** For who shows what they do there. @throws AppError not_found; forbidden where one has blocked the other */
  async requireVoice(userId: string, id: string): Promise<void> {
    const standing = await this.conversations.standingOf(userId, id);
    if (!standing) throw noSuchConversation();
    if (standing.isSevered) throw blocked();
  }

  private async summary(userId: string, conversationId: string): Promise<ConversationRow> {
    const row = await this.find({ userId, conversationId });
    if (!row) throw noSuchConversation();
    return row;
  }

  private async openDirect(caller: Caller, memberIds: string[], name: string | undefined) {
    const [otherId, ...more] = memberIds;
    if (otherId === undefined || more.length > 0)
      throw validationFailed([{ path: 'memberIds', message: 'must name one for a direct conversation' }]);
    if (name !== undefined) throw validationFailed([{ path: 'name', message: 'is of groups only' }]);
    await this.requireApproachable(caller.userId, memberIds);
    const pair = pairOf(caller.userId, otherId);
    const { id, isNew } = await this.turns.take(
      pair,
      async () =>
        await this.database.$transaction(
          async (tx) => await this.conversations.openDirect(tx, caller.userId, otherId),
        ),
    );
    return { conversation: await this.read(caller, id), isNew };
  }

  private async requireApproachable(userId: string, others: string[], tx?: Transaction): Promise<void> {
    const found = await this.conversations.approachable(userId, others, tx);
    if (found.size < others.length) throw blocked();
  }

  /** After they have joined, which locks them: of two groups that somebody joins at once, the second counts both. */
  private async requireRoom(tx: Transaction, userIds: string[]): Promise<void> {
    if ((await this.conversations.mostGroups(tx, userIds)) > LIMITS.groups)
      throw validationFailed([
        { path: 'memberIds', message: `names somebody who is in ${LIMITS.groups} groups, which is the most` },
      ]);
  }

  private async requireOwner(tx: Transaction, { userId }: Caller, id: string): Promise<void> {
    const found = await this.conversations.lockGroup(tx, id, userId);
    if (!found) throw noSuchConversation();
    if (found.ownerId !== userId) throw forOwners();
  }
}
