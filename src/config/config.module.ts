import { Global, Module } from '@nestjs/common';
import { loadConfig, type Config } from './environment.js';
import { Secrets } from './secrets.js';

/** Injects the checked configuration. */
export const CONFIG = Symbol('config');

@Global()
@Module({
  providers: [
    { provide: CONFIG, useFactory: () => loadConfig() },
    { provide: Secrets, useFactory: (config: Config) => new Secrets(config.secrets), inject: [CONFIG] },
  ],
  exports: [CONFIG, Secrets],
})
export class ConfigModule {}
