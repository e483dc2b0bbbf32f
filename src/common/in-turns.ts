import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work goes on before others have the event loop. */
const TURN_MS = 10;

/** Does work that pauses now and then (each `yield` is a place to pause) in one go. */
export function atOnce<Step, Outcome>(work: Generator<Step, Outcome>): Outcome {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/**
 * The same for a process that serves others meanwhile.
 * @param pause what to do at a pause, with what was yielded last; it must let others have the event loop
 */
export async function inTurns<Step, Outcome>(
  work: Generator<Step, Outcome>,
  pause: (step: Step) => Promise<unknown> = async () => await nextTurn(),
): Promise<Outcome> {
  let step = work.next();
  for (let since = performance.now(); !step.done; step = work.next()) {
    if (performance.now() - since < TURN_MS) continue;
    await pause(step.value);
    since = performance.now();
  }
  return step.value;
}
