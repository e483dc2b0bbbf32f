import { Injectable } from '@nestjs/common';
import { ActivityRepository, addUp } from './activity.repository.js';
import { ActivityStore } from './activity.store.js';
import { fieldParts } from './deeds.js';
import { sketchNamed } from './sketch.js';
import { SketchRepository } from './sketch.repository.js';
import { SketchStore, SKETCHES_AT_ONCE } from './sketch.store.js';

/** Brings into PostgreSQL what Redis alone has. Any process may at any time, and again after one that died on the way. */
@Injectable()
export class ActivitySaver {
  constructor(
    private readonly store: ActivityStore,
    private readonly rows: ActivityRepository,
    private readonly sketches: SketchStore,
    private readonly sketchRows: SketchRepository,
  ) {}

  /** @param stop when it is to end before all is saved */
  async save(stop?: AbortSignal): Promise<void> {
    await this.saveCounters();
    await this.saveSketches(stop);
  }

  /** What was left half-saved first, then what is there now. */
  async saveCounters(): Promise<void> {
    const first = await this.saveGathering();
    if (first !== undefined) await this.saveGathering();
  }

  /**
   * Moves, not copies: what was gathered under an id is set apart, added to PostgreSQL together with that id, and let go
   * of. Whoever finds it set apart goes on, and PostgreSQL knows whether it has been added.
   */
  private async saveGathering(): Promise<string | undefined> {
    const gathering = await this.store.beginSave();
    if (!gathering) return undefined;
    const counted = [...gathering.counted].flatMap(([field, times]) => {
      const parts = fieldParts(field);
      return parts ? [[parts, times] as const] : [];
    });
    await this.rows.add(gathering.id, addUp(counted));
    await this.store.settle(gathering.id);
    return gathering.id;
  }

  private async saveSketches(stop?: AbortSignal): Promise<void> {
    let full = true;
    while (full && !stop?.aborted) {
      const changed = await this.sketches.changed();
      if (changed.length === 0) return;
      await this.sketchRows.replace(
        changed.map(({ name }) => sketchNamed(name)),
        async (held) => await this.sketches.merged(held),
      );
      const settled = await this.sketches.settle(changed);
      // Those that change all the time stand in the way of none: the next round has them again.
      full = changed.length === SKETCHES_AT_ONCE && settled > 0;
    }
  }
}
