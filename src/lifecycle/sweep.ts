import type { Figures } from '../jobs/run-log.service.js';
import type { SweptRound } from './rounds.js';

/** Tells how far a sweep is. */
export type Report = (line: string) => void;

/** Work that comes round. It may be cut short anywhere, and begun again: what is done stays done. */
export interface Sweep {
  round: SweptRound;
  /** @param stop when it is to end before all is swept */
  run(stop: AbortSignal, report: Report): Promise<Figures>;
}
