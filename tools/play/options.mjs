import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../lib/paths.mjs';

/**
 * @typedef {object} Options
 * @property {string} url origin of the server
 * @property {number} learners
 * @property {number} quizzes
 * @property {number} watchers how many of the learners also watch over Socket.IO
 * @property {string} gift path of the file
 * @property {number} seed of everything left to chance, save names
 * @property {{ identifier: string, password: string }} author
 * @property {boolean} json
 * @property {boolean} help
 */

/** What was typed cannot be meant. */
export class UsageError extends Error {}

export const usage = `Usage: npm run play -- [options]

  --gift FILE          quizzes in Moodle's GIFT format      (examples/redis-basics.gift)
  --learners N         learners to sign up, 1-1000          (40)
  --quizzes N          quizzes each of them answers, 1-100  (5)
  --watchers N         learners who watch over Socket.IO    (a quarter)
  --url URL            the running server                   (http://localhost:3000)
  --author IDENTIFIER  who imports: an author or admin      (PLAY_AUTHOR, else the demo's author)
  --password PASSWORD  of the author                        (PLAY_PASSWORD, else the demo's)
  --seed N             repeats skills, order and answers    (by chance)
  --json               prints the result as JSON
  --help

Exit code: 0 everything agrees, 1 it does not or play failed, 2 wrong usage, 130 interrupted.`;

const flags = /** @type {const} */ ({
  gift: { type: 'string' },
  learners: { type: 'string' },
  quizzes: { type: 'string' },
  watchers: { type: 'string' },
  url: { type: 'string' },
  author: { type: 'string' },
  password: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** The account that the demo's seed makes. */
const demoAuthor = { identifier: 'ada', password: 'redis-is-more-than-a-cache' };

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Options}
 */
export function readOptions(args, env) {
  const given = parse(args);
  const learners = whole('learners', given.learners ?? '40', 1, 1000);
  const quarter = String(Math.max(1, Math.round(learners / 4)));
  return {
    url: origin(given.url ?? 'http://localhost:3000'),
    learners,
    quizzes: whole('quizzes', given.quizzes ?? '5', 1, 100),
    watchers: whole('watchers', given.watchers ?? quarter, 0, learners),
    gift: given.gift
      ? path.resolve(startedIn(env), given.gift)
      : path.join(projectRoot, 'examples/redis-basics.gift'),
    seed: whole('seed', given.seed ?? String(Date.now() % 1_000_000), 0, 2 ** 32 - 1),
    author: {
      identifier: given.author ?? env.PLAY_AUTHOR ?? demoAuthor.identifier,
      password: given.password ?? env.PLAY_PASSWORD ?? demoAuthor.password,
    },
    json: given.json ?? false,
    help: given.help ?? false,
  };
}

function parse(args) {
  try {
    return parseArgs({ args, options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name, text, min, max) {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not ${JSON.stringify(text)}.`);
}

function origin(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) return url.origin;
  throw new UsageError(`--url takes an address such as http://localhost:3000, not ${JSON.stringify(text)}.`);
}

/** npm runs scripts in the project's folder; a relative path is meant from where npm was called. */
const startedIn = (env) => (env.npm_lifecycle_event === 'play' && env.INIT_CWD) || process.cwd();
