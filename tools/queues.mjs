/** `npm run queues`: live counts of the queues in the terminal. */
import { runOperatorProgram } from './lib/operator-program.mjs';

await runOperatorProgram('queues');
