import { Module } from '@nestjs/common';
import { MetricsServer } from './metrics.server.js';
import { QueueGauges } from './queue-gauges.js';

/** Figures for Prometheus. Counters stand beside what they count, as `x.metrics.ts`; here they are served. */
@Module({ providers: [QueueGauges, MetricsServer] })
export class MetricsModule {}
