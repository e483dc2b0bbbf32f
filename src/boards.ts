import 'reflect-metadata';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventsModule } from './events/events.module.js';
import { FoundationModule } from './foundation.module.js';
import { BoardRebuilder } from './leaderboard/board.rebuilder.js';
import { BoardVerifier } from './leaderboard/board.verifier.js';
import { KeptBoards } from './leaderboard/kept-boards.js';
import { LeaderboardModule } from './leaderboard/leaderboard.module.js';

const USAGE = `npm run boards -- verify    compare every board that Redis holds with PostgreSQL
npm run boards -- rebuild   build them anew from PostgreSQL, in place, then compare

Exit code: 0 when all agree, 1 when something differs, 2 when it could not be looked at.
`;

@Module({ imports: [FoundationModule, EventsModule, LeaderboardModule] })
class BoardsModule {}

const tell = (line: string) => process.stderr.write(`${line}\n`);

async function rebuild(app: INestApplicationContext): Promise<void> {
  const boards = await app.get(KeptBoards).list();
  tell(`Building ${boards.length} boards anew …`);
  await app.get(BoardRebuilder).rebuild(boards);
}

/** @returns whether all agree; what does not goes to standard output, a line each, progress to the other */
async function verify(app: INestApplicationContext): Promise<boolean> {
  const { boards, members, differences } = await app
    .get(BoardVerifier)
    .verify((seen) => tell(`${seen.board}: ${seen.members} standings compared`));
  for (const { board, periodKey, userId, expected, found } of differences) {
    const [here, there] = [expected ?? 'nothing', found ?? 'nothing'];
    process.stdout.write(`${board} ${periodKey} ${userId}: ${here} in PostgreSQL, ${there} in Redis\n`);
  }
  tell(`${boards} boards, ${members} standings, ${differences.length} differences`);
  return differences.length === 0;
}

/** The operator's command. @returns its exit code */
async function main(command: string | undefined): Promise<number> {
  if (command !== 'verify' && command !== 'rebuild') {
    tell(USAGE);
    return 2;
  }
  const app = await NestFactory.createApplicationContext(BoardsModule, {
    logger: ['fatal'],
    abortOnError: false,
  });
  try {
    if (command === 'rebuild') await rebuild(app);
    return (await verify(app)) ? 0 : 1;
  } finally {
    await app.close();
  }
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  tell(`The boards could not be looked at. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
