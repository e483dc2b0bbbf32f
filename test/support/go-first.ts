import { existsSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

const HIGHEST = -20;

/**
 * Gives a process the processor before all others, as if it had one of its own: what takes long then is its own doing.
 * Only said where the system does not allow it (it takes root).
 */
export function goFirst(pid: number): void {
  // Linux shares the processor among sessions first (man 7 sched, "The autogroup feature").
  const group = `/proc/${pid}/autogroup`;
  try {
    setPriority(pid, HIGHEST);
    if (existsSync(group)) writeFileSync(group, String(HIGHEST));
  } catch (error) {
    console.info(`process ${pid} shares the processor with all others: ${String(error)}`);
  }
}
