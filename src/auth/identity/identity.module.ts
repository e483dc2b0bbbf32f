import { Module } from '@nestjs/common';
import { ProfileModule } from '../../profile/profile.module.js';
import { SessionsModule } from '../sessions.module.js';
import { IdentityFollower } from './identity-follower.service.js';
import { IdentityProcessor } from './identity.processor.js';

/** What follows from a change of who somebody is, in either process. */
@Module({
  imports: [SessionsModule, ProfileModule],
  providers: [IdentityFollower],
  exports: [IdentityFollower],
})
export class IdentityModule {}

/** For the worker: what an API process could not finish. */
@Module({ imports: [IdentityModule], providers: [IdentityProcessor] })
export class IdentityWorkerModule {}
