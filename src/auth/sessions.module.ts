import { Module } from '@nestjs/common';
import { Returns } from './returns.service.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';
import { SessionStore } from './session.store.js';

/** Sessions without the routes and the guard, for whoever ends them in either process. */
@Module({
  providers: [Returns, SessionRepository, SessionStore, SessionService],
  exports: [Returns, SessionRepository, SessionStore, SessionService],
})
export class SessionsModule {}
