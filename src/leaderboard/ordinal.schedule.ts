import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { GLOBAL } from './board.js';
import { BoardRebuilder } from './board.rebuilder.js';
import { OrdinalRepository } from './ordinal.repository.js';

const EVERY_MS = 600_000;

/** Writes the origins of periods ahead of them, and has the global board renumbered long before its ordinals run out. */
@Injectable()
export class OrdinalSchedule implements OnApplicationBootstrap {
  private readonly logger = new Logger(OrdinalSchedule.name);

  constructor(
    private readonly ordinals: OrdinalRepository,
    private readonly rebuilder: BoardRebuilder,
  ) {}

  onApplicationBootstrap(): void {
    void this.look();
  }

  @Interval(EVERY_MS)
  async look(): Promise<void> {
    try {
      await this.ordinals.markDay();
      if (await this.ordinals.isDue()) await this.rebuilder.demand([GLOBAL]);
    } catch (error) {
      this.logger.warn(`Ordinals are looked after again later: ${String(error)}`);
    }
  }
}
