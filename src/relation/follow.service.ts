import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { idFromCursor, pageOf, type Page, type PageQuery } from '../common/page.js';
import { AcquaintanceService } from './acquaintance.service.js';
import { BlockService } from './block.service.js';
import { FollowRepository } from './follow.repository.js';
import type { NamedUser } from './relation.dto.js';
import { namedUser } from './user-row.js';

const MOST_FOLLOWED = 1_000;

/** Who wants to hear of whom. */
@Injectable()
export class FollowService {
  constructor(
    private readonly follows: FollowRepository,
    private readonly blocks: BlockService,
    private readonly acquaintances: AcquaintanceService,
  ) {}

  /** May be repeated. @throws AppError not_found; forbidden for oneself, where one blocks the other, and beyond 1,000 */
  async follow({ userId }: Caller, followeeId: string): Promise<void> {
    if (userId === followeeId) throw new AppError('forbidden', { detail: 'Nobody follows themselves' });
    if (!(await this.follows.isThere(followeeId)))
      throw new AppError('not_found', { detail: 'There is no such user' });
    if (await this.blocks.isBlockedEitherWay(userId, followeeId))
      throw new AppError('forbidden', { detail: 'You cannot follow this user' });
    if ((await this.follows.count(userId)) >= MOST_FOLLOWED)
      throw new AppError('forbidden', { detail: `You follow ${MOST_FOLLOWED} users; leave one first` });
    await this.follows.add(userId, followeeId);
  }

  /** Whom nobody followed is fine. */
  async unfollow({ userId }: Caller, followeeId: string): Promise<void> {
    await this.follows.remove(userId, followeeId);
    await this.acquaintances.parted(userId, [followeeId]);
  }

  async list({ userId }: Caller, { limit, cursor }: PageQuery): Promise<Page<NamedUser>> {
    return pageOf(await this.follows.followed(userId, limit + 1, idFromCursor(cursor)), limit, namedUser);
  }

  /** Who follows a user, by id: for what is told to all of them, page by page. */
  async followers(userId: string, limit: number, afterId: string): Promise<string[]> {
    return await this.follows.followers(userId, limit, afterId);
  }
}
