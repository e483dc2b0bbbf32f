import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import { Outbox } from '../jobs/outbox.service.js';
import type { JobInput } from '../queue/job.js';
import { AcquaintanceService } from '../relation/acquaintance.service.js';
import { announceMembers, followMembership } from './chat.jobs.js';
import { TopicRights } from './topic-rights.service.js';

/** Who has come into a group, or left it. */
export interface Membership {
  joined: (conversationId: string, userIds: string[], byId: string) => Promise<void>;
  left: (conversationId: string, userId: string) => Promise<void>;
}

/** Commits changes of who is in which group, with the promise of all that follows from them. */
@Injectable()
export class MembershipChanges {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly rights: TopicRights,
    private readonly acquaintances: AcquaintanceService,
  ) {}

  /** @param change tells who has joined and who has left, in the commit in which they do */
  async commit<Result>(
    change: (tx: Transaction, membership: Membership) => Promise<Result>,
  ): Promise<Result> {
    const follow: JobInput[] = [];
    const announce: JobInput[] = [];
    const gone: { conversationId: string; userId: string; others: string[] }[] = [];
    const result = await this.database.$transaction(async (tx) => {
      const changed = async (conversationId: string, userIds: string[]) => {
        await standAnew(tx, userIds);
        const all = userIds.map((userId) => ({ conversationId, userId }));
        follow.push(...(await this.outbox.addAll(tx, followMembership, all)));
      };
      return await change(tx, {
        joined: async (conversationId, userIds, byId) => {
          await changed(conversationId, userIds);
          const others = userIds.filter((userId) => userId !== byId).join();
          if (others === '') return;
          announce.push(
            await this.outbox.add(tx, announceMembers, { conversationId, byId, userIds: others }),
          );
        },
        left: async (conversationId, userId) => {
          await changed(conversationId, [userId]);
          gone.push({ conversationId, userId, others: await membersOf(tx, conversationId) });
        },
      });
    });
    await this.rights.revokeSoon(gone);
    for (const { userId, others } of gone) await this.acquaintances.parted(userId, others);
    await this.outbox.enqueueSoon(followMembership, follow);
    await this.outbox.enqueueSoon(announceMembers, announce);
    return result;
  }
}

async function membersOf(tx: Transaction, conversationId: string): Promise<string[]> {
  const rows = await tx.conversationMember.findMany({ where: { conversationId }, select: { userId: true } });
  return rows.map(({ userId }) => userId);
}

/** On the boards of groups they have another place from now on: what was computed before is stale. */
async function standAnew(tx: Transaction, userIds: string[]): Promise<void> {
  await tx.$executeRaw`SELECT id FROM users WHERE id = ANY(${userIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  await tx.$executeRaw`UPDATE users SET seq = seq + 1, standing_at = now() WHERE id = ANY(${userIds}::uuid[])`;
}
