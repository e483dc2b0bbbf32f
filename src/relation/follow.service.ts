import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { idFromCursor, pageOf, type Page, type PageQuery } from '../common/page.js';
import { FollowRepository } from './follow.repository.js';
import type { FollowedUser } from './relation.dto.js';

const MOST_FOLLOWED = 1_000;

/** Who wants to hear of whom. */
@Injectable()
export class FollowService {
  constructor(private readonly follows: FollowRepository) {}

  /** May be repeated. @throws AppError not_found; forbidden for oneself, and beyond 1,000 */
  async follow({ userId }: Caller, followeeId: string): Promise<void> {
    if (userId === followeeId) throw new AppError('forbidden', { detail: 'Nobody follows themselves' });
    if (!(await this.follows.isThere(followeeId)))
      throw new AppError('not_found', { detail: 'There is no such user' });
    if ((await this.follows.count(userId)) >= MOST_FOLLOWED)
      throw new AppError('forbidden', { detail: `You follow ${MOST_FOLLOWED} users; leave one first` });
    await this.follows.add(userId, followeeId);
  }

  /** Whom nobody followed is fine. */
  async unfollow({ userId }: Caller, followeeId: string): Promise<void> {
    await this.follows.remove(userId, followeeId);
  }

  async list({ userId }: Caller, { limit, cursor }: PageQuery): Promise<Page<FollowedUser>> {
    const rows = await this.follows.followed(userId, limit + 1, idFromCursor(cursor));
    return pageOf(rows, limit, ({ id, ...user }) => ({ userId: id, ...user }));
  }

  /** Who follows a user, by id: for what is told to all of them, page by page. */
  async followers(userId: string, limit: number, afterId: string): Promise<string[]> {
    return await this.follows.followers(userId, limit, afterId);
  }
}
