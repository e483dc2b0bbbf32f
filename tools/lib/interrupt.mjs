/** Ctrl-C, SIGTERM and a closed terminal, as one thing that everything long can ask about. */

const controller = new AbortController();
const oneKeyMs = 500;
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Not a failure: the user wants to stop. */
export class Interrupted extends Error {}

export const isInterrupted = () => controller.signal.aborted;

/** To be asked between two steps, so that nothing new begins. */
export function throwIfInterrupted() {
  if (isInterrupted()) throw new Interrupted('interrupted');
}

/** @returns {Promise<void>} when the user wants to stop; at once if that has been */
export function interruption() {
  return new Promise((resolve) => {
    if (isInterrupted()) resolve();
    else controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Takes the signals over.
 * @param {{ onFirst: () => void, onAgain: (times: number) => void }} reactions
 */
export function listenForInterrupts({ onFirst, onAgain }) {
  let times = 0;
  let lastAt = 0;
  const notice = () => {
    // A terminal signals npm as well, which passes it on: one key, several signals.
    if (Date.now() - lastAt < oneKeyMs) return;
    lastAt = Date.now();
    times += 1;
    if (times > 1) return onAgain(times);
    controller.abort();
    onFirst();
  };
  for (const signal of signals) process.on(signal, notice);
  watchNpm(notice);
}

/** npm killed by force takes nobody with it: without it we would run on, in nobody's terminal. */
function watchNpm(notice) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    notice();
  }, 1000);
  timer.unref();
}
