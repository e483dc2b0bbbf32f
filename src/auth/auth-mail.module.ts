import { Module } from '@nestjs/common';
import { MailModule, MailWorkerModule } from '../mail/mail.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { EmailChangeMail } from './email/email-change.mail.js';
import { PendingAddress } from './email/pending-address.js';
import { MfaMail } from './mfa/mfa.mail.js';
import { CodesModule } from './otp/codes.module.js';
import { OtpMail } from './otp/otp.mail.js';
import { ForgotPasswordService } from './password/forgot-password.service.js';
import { PasswordResetRepository } from './password/password-reset.repository.js';
import { PasswordMail } from './password/password.mail.js';

/** For the worker: writes the mails that accounts are sent. Each provider registers its kinds. */
@Module({
  imports: [MailModule, MailWorkerModule, RateLimitModule, CodesModule],
  providers: [
    ...[MfaMail, OtpMail, PendingAddress, EmailChangeMail],
    ...[ForgotPasswordService, PasswordResetRepository, PasswordMail],
  ],
})
export class AuthMailModule {}
