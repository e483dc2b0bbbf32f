import { Module } from '@nestjs/common';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';
import { SessionStore } from './session.store.js';

/** Sessions without the routes and the guard, for whoever ends them in either process. */
@Module({
  providers: [SessionRepository, SessionStore, SessionService],
  exports: [SessionRepository, SessionStore, SessionService],
})
export class SessionsModule {}
