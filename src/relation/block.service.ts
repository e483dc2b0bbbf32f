import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { idFromCursor, pageOf, type Page, type PageQuery } from '../common/page.js';
import { AcquaintanceService } from './acquaintance.service.js';
import { BlockRepository } from './block.repository.js';
import { FollowRepository } from './follow.repository.js';
import type { NamedUser } from './relation.dto.js';
import { namedUser } from './user-row.js';

const MOST_BLOCKED = 1_000;

/** Who wants to hear nothing of whom. Whoever blocks and whoever is blocked can neither write to nor watch each other. */
@Injectable()
export class BlockService {
  constructor(
    private readonly blocks: BlockRepository,
    private readonly follows: FollowRepository,
    private readonly acquaintances: AcquaintanceService,
  ) {}

  /**
   * Also ends following, both ways. May be repeated.
   * @throws AppError not_found; forbidden for oneself, and beyond 1,000
   */
  async block({ userId }: Caller, blockedId: string): Promise<void> {
    if (userId === blockedId) throw new AppError('forbidden', { detail: 'Nobody blocks themselves' });
    if (!(await this.follows.isThere(blockedId)))
      throw new AppError('not_found', { detail: 'There is no such user' });
    if ((await this.blocks.count(userId)) >= MOST_BLOCKED && !(await this.blocks.has(userId, blockedId)))
      throw new AppError('forbidden', { detail: `You block ${MOST_BLOCKED} users; unblock one first` });
    await this.blocks.add(userId, blockedId);
    await this.acquaintances.parted(userId, [blockedId]);
  }

  /** Whom nobody blocked is fine. */
  async unblock({ userId }: Caller, blockedId: string): Promise<void> {
    await this.blocks.remove(userId, blockedId);
  }

  async list({ userId }: Caller, { limit, cursor }: PageQuery): Promise<Page<NamedUser>> {
    return pageOf(await this.blocks.blocked(userId, limit + 1, idFromCursor(cursor)), limit, namedUser);
  }

  /** Whether one of the two blocks the other. */
  async isBlockedEitherWay(a: string, b: string): Promise<boolean> {
    return (await this.blockedBetween(a, [b])).size > 0;
  }

  /** Those of the others who block the user, or whom the user blocks; one statement. */
  async blockedBetween(userId: string, others: string[]): Promise<Set<string>> {
    return new Set(others.length === 0 ? [] : await this.blocks.between(userId, others));
  }
}
