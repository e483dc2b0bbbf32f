import { performance } from 'node:perf_hooks';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const slowMs = 2000;
const plainEveryMs = 10_000;
const isTerminal = process.stdout.isTTY === true;

/** The step being shown, if any. @type {{ text: string, note: string, since: number } | null} */
let current = null;

// A closed terminal must not end a tool that still has stores to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/**
 * Prints whole lines without disturbing the moving one.
 * @param {string} text
 */
export function print(text) {
  if (isTerminal && current) process.stdout.write('\r\x1b[2K');
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
  const since = performance.now();
  const shown = { text, note: '', since };
  current = shown;
  const stopShowing = isTerminal ? spin() : sayNowAndThen();
  try {
    const result = await work((note) => (shown.note = ` ${note}`));
    finish('✓', text, since);
    return result;
  } catch (error) {
    finish('✗', text, since);
    throw error;
  } finally {
    stopShowing();
    current = null;
  }
}

function finish(mark, text, since) {
  print(`${mark} ${text} (${secondsSince(since)})`);
  current = null;
}

function spin() {
  let turn = 0;
  const timer = setInterval(() => {
    if (!current) return;
    turn += 1;
    const frame = frames[turn % frames.length];
    process.stdout.write(`\r\x1b[2K${frame} ${current.text}${current.note} ${secondsSince(current.since)}`);
  }, 100);
  return () => clearInterval(timer);
}

function sayNowAndThen() {
  let said = 0;
  const timer = setInterval(() => {
    if (!current) return;
    const lasted = performance.now() - current.since;
    if (lasted < slowMs + said * plainEveryMs) return;
    print(`… ${current.text}${said > 0 ? `${current.note} (${secondsSince(current.since)})` : ''}`);
    said += 1;
  }, 500);
  return () => clearInterval(timer);
}

/** @param {number} since of performance.now() */
export const secondsSince = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
