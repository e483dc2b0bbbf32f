/** `npm run keys:doc`: writes docs/keys.md from the registry, src/redis/keys.ts. */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { prepare } from './lib/prepare.mjs';
import { inProject } from './lib/paths.mjs';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  await prepare();
  // Compiled by now, so it cannot be imported before.
  const { keysDocument } = await import(pathToFileURL(inProject('build/redis/key-catalogue.js')).href);
  await writeFile(inProject('docs/keys.md'), keysDocument());
  console.log('Wrote docs/keys.md.');
});
