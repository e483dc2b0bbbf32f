import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountFollower } from '../account/account-follower.service.js';
import { AuditLog } from '../audit/audit.service.js';
import { Returns } from '../auth/returns.service.js';

/** Brings back boards and profile of who signs in to a dormant account, before the sign-in is answered. */
@Injectable()
export class WelcomeBack implements OnModuleInit {
  constructor(
    private readonly returns: Returns,
    private readonly follower: AccountFollower,
    private readonly audit: AuditLog,
  ) {}

  onModuleInit(): void {
    this.returns.onReturn(async (tx, userId) => {
      await this.audit.record({ userId, actorId: userId, action: 'account.returned' }, tx);
      const job = await this.follower.promise(tx, userId);
      return async () => await this.follower.followSoon(userId, job);
    });
  }
}
