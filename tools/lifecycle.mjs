/** `npm run lifecycle`: sweeps now, or tells with `-- --dry-run` what a sweep would do. */
import { runOperatorProgram } from './lib/operator-program.mjs';

await runOperatorProgram('lifecycle');
