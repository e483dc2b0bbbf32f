import { Module } from '@nestjs/common';
import { MailComposers } from './mail-composers.service.js';
import { MailEnvelope } from './mail-envelope.js';
import { MailProcessor } from './mail.processor.js';
import { MailService } from './mail.service.js';
import { Mailer } from './mailer.service.js';

/** Promises mails, in any process. */
@Module({ providers: [MailEnvelope, MailService], exports: [MailService] })
export class MailModule {}

/** For the worker: sends them. Features register who composes them. */
@Module({ providers: [MailEnvelope, Mailer, MailComposers, MailProcessor], exports: [MailComposers] })
export class MailWorkerModule {}
