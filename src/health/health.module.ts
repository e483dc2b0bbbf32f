import { Module } from '@nestjs/common';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({ imports: [LeaderboardModule], controllers: [HealthController], providers: [HealthService] })
export class HealthModule {}
