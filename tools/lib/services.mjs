import { inProject } from './paths.mjs';
import { throwIfInterrupted } from './interrupt.mjs';
import { openPostgres, openRedis } from './local-stores.mjs';
import { migrate } from './migrations.mjs';
import { freePort } from './ports.mjs';
import { SupervisedProgram } from './supervisor.mjs';
import { step } from './terminal.mjs';

const smtpPort = 1025;
const inboxPort = 8025;

/**
 * What the application needs before it starts: stores, a migrated database, somewhere for its mail.
 * @param {{ env: NodeJS.ProcessEnv, dir: string, stack: import('./stack.mjs').Stack }} context
 * @returns {Promise<{ redisUrl: string, databaseUrl: string, smtpUrl: string, inboxUrl: string | null }>}
 */
export async function openServices(context) {
  const redisUrl = await openRedis(context);
  throwIfInterrupted();
  const databaseUrl = await openPostgres(context);
  throwIfInterrupted();
  await step('Migrating the database', () => migrate(databaseUrl));
  const { smtpUrl, inboxUrl } = await openMail(context);
  throwIfInterrupted();
  return { redisUrl, databaseUrl, smtpUrl, inboxUrl };
}

async function openMail({ env, dir, stack }) {
  if (env.SMTP_URL) return { smtpUrl: env.SMTP_URL, inboxUrl: null };
  const [smtp, inbox] = [await freePort(smtpPort), await freePort(inboxPort)];
  const program = new SupervisedProgram({
    name: 'mail',
    script: inProject('tools/mail-catcher.mjs'),
    dir,
    env: { ...env, MAIL_SMTP_PORT: String(smtp), MAIL_HTTP_PORT: String(inbox) },
  });
  stack.add(
    () => program.stop(),
    () => program.kill(),
  );
  program.settled();
  return { smtpUrl: `smtp://127.0.0.1:${smtp}`, inboxUrl: `http://localhost:${inbox}` };
}
