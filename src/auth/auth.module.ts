import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { IdempotencyModule } from '../common/idempotency/idempotency.module.js';
import { SocketAuthenticator } from '../events/socket-authenticator.js';
import { MailModule } from '../mail/mail.module.js';
import { ProfileModule } from '../profile/profile.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AccessTokens } from './access-token.service.js';
import { AccessGuard } from './access.guard.js';
import { AccountRepository } from './account.repository.js';
import { AccountService } from './account.service.js';
import { AdminBootstrap } from './admin-bootstrap.js';
import { DeviceTokens } from './attempts/device-token.service.js';
import { LoginAttempts } from './attempts/login-attempts.service.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { AddressProofs } from './email/address-proofs.js';
import { AddressRepository } from './email/address.repository.js';
import { EmailChangeController } from './email/email-change.controller.js';
import { EmailChangeService } from './email/email-change.service.js';
import { PendingAddress } from './email/pending-address.js';
import { IdentityModule } from './identity/identity.module.js';
import { MfaCodes } from './mfa/mfa-codes.service.js';
import { MfaGate } from './mfa/mfa-gate.service.js';
import { MfaTickets } from './mfa/mfa-tickets.service.js';
import { MfaTries } from './mfa/mfa-tries.service.js';
import { MfaController } from './mfa/mfa.controller.js';
import { MfaRepository } from './mfa/mfa.repository.js';
import { MfaService } from './mfa/mfa.service.js';
import { CodesModule } from './otp/codes.module.js';
import { OtpController } from './otp/otp.controller.js';
import { OtpService } from './otp/otp.service.js';
import { ForgotPasswordService } from './password/forgot-password.service.js';
import { PasswordCheck } from './password/password-check.service.js';
import { PasswordResetRepository } from './password/password-reset.repository.js';
import { PasswordController } from './password/password.controller.js';
import { PasswordService } from './password/password.service.js';
import { PasswordHasher } from './password-hasher.service.js';
import { RefreshService } from './refresh.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsModule } from './sessions.module.js';
import { SessionSocketAuthenticator } from './socket-authenticator.js';

/** For the API process: every HTTP route passes its guard. */
@Module({
  imports: [
    JwtModule.register({}),
    RateLimitModule,
    IdempotencyModule,
    ProfileModule,
    MailModule,
    SessionsModule,
    IdentityModule,
    CodesModule,
  ],
  controllers: [
    AuthController,
    PasswordController,
    OtpController,
    EmailChangeController,
    SessionsController,
    MfaController,
  ],
  providers: [
    ...[AccessTokens, AccountRepository, AccountService, PasswordHasher],
    ...[RefreshService, AuthService],
    ...[DeviceTokens, LoginAttempts, PasswordCheck],
    ...[PasswordResetRepository, ForgotPasswordService, PasswordService],
    ...[AddressRepository, AddressProofs, PendingAddress, OtpService, EmailChangeService],
    ...[MfaRepository, MfaCodes, MfaTickets, MfaTries, MfaGate, MfaService],
    AdminBootstrap,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: SocketAuthenticator, useClass: SessionSocketAuthenticator },
  ],
  exports: [AccountService, PasswordCheck, SocketAuthenticator],
})
export class AuthModule {}
