import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { IdentityModule } from '../auth/identity/identity.module.js';
import { SessionsModule } from '../auth/sessions.module.js';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { MailModule, MailWorkerModule } from '../mail/mail.module.js';
import { ProfileModule } from '../profile/profile.module.js';
import { ResultCaches } from '../quiz/result-caches.service.js';
import { AccountAudit } from './account-audit.service.js';
import { AccountController } from './account.controller.js';
import { AccountDeletionRepository } from './account-deletion.repository.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { AccountExportRepository } from './account-export.repository.js';
import { AccountExportService } from './account-export.service.js';
import { AccountFollower } from './account-follower.service.js';
import { AccountMail } from './account.mail.js';
import { AccountProcessor } from './account.processor.js';
import { AccountStateRepository } from './account.repository.js';
import { AdminUsersController } from './admin-users.controller.js';
import { AdminUsersService } from './admin-users.service.js';
import { ProfileChangeService } from './profile-change.service.js';

/** What follows from a change of an account, in either process. */
@Module({
  imports: [SessionsModule, ProfileModule, LeaderboardModule],
  providers: [AccountStateRepository, AccountFollower, ResultCaches],
  exports: [AccountStateRepository, AccountFollower],
})
export class AccountFollowerModule {}

/** For the API process: administrators' hold on accounts, and their owners' last word on them. */
@Module({
  imports: [AccountFollowerModule, AuthModule, IdentityModule, SessionsModule, ProfileModule, MailModule],
  controllers: [AccountController, AdminUsersController],
  providers: [
    ...[AccountDeletionRepository, AccountDeletionService],
    ...[AccountExportRepository, AccountExportService, AccountAudit, AdminUsersService],
    ProfileChangeService,
  ],
})
export class AccountModule {}

/** For the worker: what an API process could not finish, and the mails. */
@Module({
  imports: [AccountFollowerModule, MailWorkerModule],
  providers: [AccountProcessor, AccountMail],
})
export class AccountWorkerModule {}
