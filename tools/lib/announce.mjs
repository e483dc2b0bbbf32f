import { shownFolder } from './left-overs.mjs';
import { withoutPassword } from './postgres-url.mjs';
import { print } from './terminal.mjs';

/**
 * Says that everything is up, and where.
 * @param {{ port: number, dir: string, inboxUrl: string | null, redisUrl: string, databaseUrl: string,
 *   accounts: { role: string, email: string, password: string }[] }} what
 */
export function announce({ port, dir, inboxUrl, redisUrl, databaseUrl, accounts }) {
  const rows = [
    ['Swagger UI', `http://localhost:${port}/docs`],
    ...(inboxUrl ? [['Mail inbox', inboxUrl]] : []),
    ...accounts.map(({ role, email, password }) => [`Demo ${role}`, `${email}  password: ${password}`]),
    ['Redis', withoutPassword(redisUrl)],
    ['PostgreSQL', withoutPassword(databaseUrl)],
  ];
  print(`\nRediStack is ready at http://localhost:${port}`);
  for (const [name, value] of rows) print(`  ${name.padEnd(12)} ${value}`);
  print(`\nCtrl-C stops everything; what is stored stays in ${shownFolder(dir)}.\n`);
}
