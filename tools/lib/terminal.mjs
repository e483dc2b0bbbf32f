import { performance } from 'node:perf_hooks';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const slowMs = 2000;
const plainEveryMs = 10_000;
const isTerminal = process.stdout.isTTY === true;

/** @typedef {{ text: string, note: string, since: number }} Step */

/** The steps under way; the moving line is about the last. @type {Step[]} */
const current = [];

// A closed terminal must not end a tool that still has stores to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/**
 * Prints whole lines without disturbing the moving one.
 * @param {string} text
 */
export function print(text) {
  if (isTerminal && current.length > 0) process.stdout.write('\r\x1b[2K');
  process.stdout.write(`${text}\n`);
}

/**
 * Does a piece of work and shows it: a moving line in a terminal, else a plain line when it takes over two seconds
 * and every ten after that.
 * @template T
 * @param {string} text
 * @param {(note: (text: string) => void) => Promise<T>} work `note` says how far it has come
 * @returns {Promise<T>}
 */
export async function step(text, work) {
  const shown = { text, note: '', since: performance.now() };
  current.push(shown);
  const stopShowing = isTerminal ? spin() : sayNowAndThen(shown);
  const finish = (/** @type {string} */ mark) => {
    stopShowing();
    print(`${mark} ${text} (${secondsSince(shown.since)})`);
    current.splice(current.indexOf(shown), 1);
  };
  try {
    const result = await work((note) => (shown.note = ` ${note}`));
    finish('✓');
    return result;
  } catch (error) {
    finish('✗');
    throw error;
  }
}

function spin() {
  let turn = 0;
  const timer = setInterval(() => {
    const shown = current.at(-1);
    if (!shown) return;
    turn += 1;
    const frame = frames[turn % frames.length];
    process.stdout.write(`\r\x1b[2K${frame} ${shown.text}${shown.note} ${secondsSince(shown.since)}`);
  }, 100);
  return () => clearInterval(timer);
}

function sayNowAndThen(/** @type {Step} */ shown) {
  let said = 0;
  const timer = setInterval(() => {
    const lasted = performance.now() - shown.since;
    if (lasted < slowMs + said * plainEveryMs) return;
    print(`… ${shown.text}${said > 0 ? `${shown.note} (${secondsSince(shown.since)})` : ''}`);
    said += 1;
  }, 500);
  return () => clearInterval(timer);
}

/** @param {number} since of performance.now() */
export const secondsSince = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
