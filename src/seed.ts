import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccountService } from './auth/account.service.js';
import { AuthModule } from './auth/auth.module.js';
import { AppError } from './common/errors.js';
import { EventsModule } from './events/events.module.js';
import { FoundationModule } from './foundation.module.js';
import { QuizImportService } from './quiz/quiz-import.service.js';
import { QuizModule } from './quiz/quiz.module.js';

const AUTHOR = {
  email: 'ada@redistack.example',
  username: 'ada',
  password: 'redis-is-more-than-a-cache',
  role: 'author' as const,
  emailVerified: true,
};
const EXAMPLES = ['examples/redis-basics.gift', 'examples/redis-patterns.gift'];

@Module({ imports: [FoundationModule, EventsModule, AuthModule, QuizModule] })
class SeedModule {}

/**
 * The demo of `npm start`: an author and two quizzes about Redis. Nothing is made twice. Prints one line of JSON with
 * the accounts.
 */
const app = await NestFactory.createApplicationContext(SeedModule, { logger: ['error', 'fatal'] });
const authorId = await newAuthor(app.get(AccountService));
if (authorId !== undefined) {
  for (const file of EXAMPLES) {
    const text = await readFile(new URL(`../${file}`, import.meta.url), 'utf8');
    await app
      .get(QuizImportService)
      .import(authorId, { format: 'gift', text }, { dryRun: false, publish: true, quizSize: 100 });
  }
}
const { role, email, username, password } = AUTHOR;
process.stdout.write(`${JSON.stringify({ accounts: [{ role, email, username, password }] })}\n`);
await app.close();

/** The author's id, or undefined when there is one already. */
async function newAuthor(accounts: AccountService): Promise<string | undefined> {
  try {
    return await accounts.create(AUTHOR);
  } catch (error) {
    if (error instanceof AppError && error.status === 409) return undefined;
    throw error;
  }
}
