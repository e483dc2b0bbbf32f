/** `npm run generate`: writes the Prisma client when the schema has changed since the last time. */
import { generateClient } from './lib/generate-client.mjs';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const done = await generateClient();
  console.log(done ? 'Prisma client written.' : 'Prisma client is up to date.');
});
