/** `npm run build`: writes the Prisma client if need be, then compiles src/ to build/ and bundles its programs into dist/. */
import { buildApp } from './lib/build-app.mjs';
import { generateClient } from './lib/generate-client.mjs';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  await generateClient();
  await buildApp();
});
