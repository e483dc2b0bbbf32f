/** `npm run boards -- verify|rebuild`: compares the leaderboards in Redis with PostgreSQL, or builds them anew. */
import { runOperatorProgram } from './lib/operator-program.mjs';

await runOperatorProgram('boards');
