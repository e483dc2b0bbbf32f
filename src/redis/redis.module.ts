import { Global, Module } from '@nestjs/common';
import { RedisConnections, untilConnected } from './redis-connections.js';
import { REDIS } from './redis.tokens.js';
import { ScriptRunner } from './script-runner.js';

// A process starts without Redis, too; it is only not ready then.
const START_PATIENCE_MS = 2_000;

@Global()
@Module({
  providers: [
    RedisConnections,
    {
      provide: REDIS,
      useFactory: async (connections: RedisConnections) => {
        const redis = connections.shared();
        await untilConnected(redis, START_PATIENCE_MS);
        return redis;
      },
      inject: [RedisConnections],
    },
    ScriptRunner,
  ],
  exports: [REDIS, ScriptRunner, RedisConnections],
})
export class RedisModule {}
