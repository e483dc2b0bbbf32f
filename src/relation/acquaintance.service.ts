import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { gathered } from '../common/gathered.js';
import { AcquaintanceRepository, type Watch } from './acquaintance.repository.js';
import { FollowRepository } from './follow.repository.js';

type PartedListener = (userId: string, others: string[]) => Promise<void>;

/**
 * Who may watch whom: oneself, whom one follows, who follows one, and with whom one shares a conversation. Never when
 * one of the two blocks the other, and nobody who is banned or gone.
 */
@Injectable()
export class AcquaintanceService {
  private readonly logger = new Logger(AcquaintanceService.name);
  private readonly listeners: PartedListener[] = [];
  private readonly isAllowed = gathered(async (watches: Watch[]) => await this.areAllowed(watches));

  constructor(
    private readonly rows: AcquaintanceRepository,
    private readonly users: FollowRepository,
  ) {}

  async mayWatch(viewerId: string, userId: string): Promise<boolean> {
    return await this.isAllowed({ viewerId, userId });
  }

  /** @throws AppError not_found when there is no such user, forbidden when the viewer may not watch that one */
  async require(viewerId: string, userId: string): Promise<void> {
    if (await this.mayWatch(viewerId, userId)) return;
    if (!(await this.users.isThere(userId)))
      throw new AppError('not_found', { detail: 'There is no such user' });
    throw new AppError('forbidden', {
      detail: 'Only for who follows them, or shares a conversation with them',
    });
  }

  /** For each watch, in order; one statement. */
  async areAllowed(watches: Watch[]): Promise<boolean[]> {
    if (watches.length === 0) return [];
    const allowed = new Set((await this.rows.allowed(watches)).map(nameOf));
    return watches.map((watch) => allowed.has(nameOf(watch)));
  }

  /** Those of the users whom the viewer may watch; one statement. */
  async amongThem(viewerId: string, userIds: string[]): Promise<Set<string>> {
    const watches = userIds.map((userId) => ({ viewerId, userId }));
    const allowed = await this.areAllowed(watches);
    return new Set(userIds.filter((_userId, index) => allowed[index]));
  }

  /** Whom the viewer may watch, the viewer too; of more than `limit` those who were active last. One statement. */
  async allOf(viewerId: string, limit: number): Promise<string[]> {
    return await this.rows.all(viewerId, limit);
  }

  /** Runs when a user may have ceased to be acquainted with others. Whoever listens asks again who may watch whom. */
  onParted(listener: PartedListener): void {
    this.listeners.push(listener);
  }

  /**
   * Tells that a user may have ceased to be acquainted with others: after the commit, so it never fails. Whoever was
   * not told finds out by asking now and then.
   */
  async parted(userId: string, others: string[]): Promise<void> {
    const told = await Promise.allSettled(
      this.listeners.map(async (listener) => {
        await listener(userId, others);
      }),
    );
    for (const one of told)
      if (one.status === 'rejected')
        this.logger.warn({ err: one.reason as unknown }, 'a parting was not told');
  }
}

const nameOf = ({ viewerId, userId }: Watch) => `${viewerId} ${userId}`;
