import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type AuditEvent } from '../audit/audit.service.js';
import { ADMIN_USERNAME } from '../auth/account.service.js';
import { normaliseEmail } from '../common/email-form.js';
import { SessionService } from '../auth/session.service.js';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import type { Page } from '../common/page.js';
import { validationFailed } from '../common/validation.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Database } from '../database/database.service.js';
import { ProfileService } from '../profile/profile.service.js';
import { AccountFollower } from './account-follower.service.js';
import { AccountStateRepository, shownStatus, type AccountState } from './account.repository.js';
import type { AdminUser, ChangeUser, UserQuery } from './admin-users.dto.js';

/** What administrators see of accounts, and do to them. */
@Injectable()
export class AdminUsersService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly accounts: AccountStateRepository,
    private readonly profiles: ProfileService,
    private readonly sessions: SessionService,
    private readonly follower: AccountFollower,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first, without deleted accounts. */
  async search(query: UserQuery): Promise<Page<AdminUser>> {
    const { data, page } = await this.profiles.search(query.q ?? '', query);
    const statuses = await this.accounts.statuses(data.map(({ userId }) => userId));
    return {
      data: data.map((user) => ({ ...user, status: statuses.get(user.userId) ?? 'active' })),
      page,
    };
  }

  /** @throws AppError not_found, also for who was deleted */
  async find(userId: string): Promise<AdminUser> {
    const user = await this.profiles.own(userId);
    const statuses = await this.accounts.statuses([userId]);
    return { ...user, status: statuses.get(userId) ?? 'active' };
  }

  /**
   * Gives a user another role or status. A role holds from the next request on; a ban ends every session and takes the
   * user off the boards, its end brings the standing back.
   * @throws AppError validation_failed, not_found; forbidden for oneself and for the reserved administrator
   */
  async change(admin: Caller, userId: string, wish: ChangeUser): Promise<AdminUser> {
    if (wish.role === undefined && wish.status === undefined)
      throw validationFailed([{ path: 'role', message: 'role or status must be given' }]);
    if (userId === admin.userId)
      throw new AppError('forbidden', { detail: 'Another administrator must change your account' });
    const { after, dormantSince, job } = await this.database.$transaction(async (tx) => {
      const before = await this.accounts.lock(tx, userId);
      if (!before) throw new AppError('not_found');
      const { dormantSince } = before;
      const after = { role: wish.role ?? before.role, status: wish.status ?? before.status };
      const events = eventsOf(admin, before, after);
      if (events.length === 0) return { after, dormantSince };
      if (this.isReserved(before))
        throw new AppError('forbidden', { detail: 'The administrator of the configuration stays as it is' });
      await this.accounts.change(tx, userId, after);
      if (after.status === 'banned') await this.sessions.endAllWithin(tx, userId, { actorId: admin.userId });
      await this.audit.recordAll(events, tx);
      return { after, dormantSince, job: await this.follower.promise(tx, userId) };
    });
    if (job) await this.follower.followSoon(userId, job);
    const status = shownStatus({ ...after, dormantSince });
    return { ...(await this.profiles.own(userId)), ...after, status };
  }

  /** Whether this is the administrator whom ADMIN_EMAIL names. */
  isReserved({ username, email }: Pick<AccountState, 'username' | 'email'>): boolean {
    return username === ADMIN_USERNAME || email === normaliseEmail(this.config.ADMIN_EMAIL ?? '');
  }
}

type Changed = Pick<AccountState, 'role' | 'status'>;

function eventsOf(admin: Caller, before: AccountState, after: Changed): AuditEvent[] {
  const by = { userId: before.id, actorId: admin.userId };
  const events: AuditEvent[] = [];
  if (after.role !== before.role)
    events.push({ ...by, action: 'role.changed', details: { from: before.role, to: after.role } });
  if (after.status !== before.status)
    events.push({ ...by, action: after.status === 'banned' ? 'account.banned' : 'account.unbanned' });
  return events;
}
