import { throwIfInterrupted } from './interrupt.mjs';
import { installPackages } from './install.mjs';
import { step } from './terminal.mjs';

/** Installs, generates and builds what is missing or older than its sources. */
export async function prepare() {
  await installPackages();
  throwIfInterrupted();
  // These need what has just been installed.
  const { generateClient } = await import('./generate-client.mjs');
  const { buildApp, isBuilt } = await import('./build-app.mjs');
  if (await isBuilt()) return generateClient();
  await step('Building the application', async () => {
    await generateClient();
    await buildApp();
  });
  throwIfInterrupted();
}
