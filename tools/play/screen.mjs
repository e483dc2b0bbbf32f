/** Where a run is shown: a moving line in a terminal, else a plain line every two seconds. */

const FRAME_MS = 100;
const PLAIN_MS = 2_000;
const WIDTH = 16;

export class Screen {
  #stream;
  #isTerminal;
  #colours;
  #last = '';

  /**
   * @param {NodeJS.WriteStream} stream
   * @param {NodeJS.ProcessEnv} [env]
   */
  constructor(stream, env = process.env) {
    this.#stream = stream;
    this.#isTerminal = stream.isTTY === true;
    // https://no-color.org
    this.#colours = this.#isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
  }

  green = (text) => this.#paint(32, text);
  red = (text) => this.#paint(31, text);
  dim = (text) => this.#paint(2, text);
  bold = (text) => this.#paint(1, text);

  /** Prints whole lines without disturbing the moving one. */
  print(text = '') {
    this.clear();
    this.#stream.write(`${text}\n`);
  }

  clear() {
    if (this.#isTerminal && this.#last !== '') this.#stream.write('\r\x1b[2K');
    this.#last = '';
  }

  /** @returns {string} `playing  ██████░░░░ 120/200 more` */
  bar(name, done, total, more = '') {
    const filled = total === 0 ? WIDTH : Math.floor((done / total) * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    return `${name.padEnd(10)} ${bar} ${String(done).padStart(String(total).length)}/${total}${more ? ` ${more}` : ''}`;
  }

  /**
   * Shows a line that changes while something goes on, and its last state when it is done.
   * @template T
   * @param {() => string} line
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async showing(line, work) {
    const timer = setInterval(() => this.#show(line()), this.#isTerminal ? FRAME_MS : PLAIN_MS);
    try {
      const result = await work();
      this.print(line());
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  #show(line) {
    if (!this.#isTerminal) return void this.#stream.write(`${line}\n`);
    const shown = line.slice(0, Math.max(20, (this.#stream.columns || 80) - 1));
    this.#stream.write(`\r\x1b[2K${shown}`);
    this.#last = shown;
  }

  #paint(code, text) {
    return this.#colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}
