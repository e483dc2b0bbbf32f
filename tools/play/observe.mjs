import { eachOf } from './time.mjs';

/**
 * @typedef {{ rank: number, userId: string | null, username: string | null, score: number }} Ranked
 * @typedef {object} Observed what is known of one learner, in all places
 * @property {string} username
 * @property {string} userId
 * @property {string | null} failure what ended the learner's play early
 * @property {import('./learner-run.mjs').Played[]} played
 * @property {any[]} submissions from PostgreSQL (`GET /me/submissions`)
 * @property {any} profile (`GET /me`)
 * @property {{ rank: number | null, score: number, neighbours: Ranked[] }} place on the board
 * @property {import('./event-log.mjs').EventLog | null} log of those who watch
 * @property {{ userId: string | null, score: number }[] | null} top as shown live to those who watch
 * @typedef {{ learners: Observed[], board: Ranked[] }} Observation
 */

const AT_ONCE = 10;
const PAGE = 100;
const MOST_PAGES = 50;

/**
 * Reads all that has to agree.
 * @param {import('./play-class.mjs').Pupil[]} pupils
 * @returns {Promise<Observation>}
 */
export async function observe(pupils) {
  const learners = await eachOf(pupils, AT_ONCE, observeLearner);
  const lowest = Math.max(0, ...learners.map(({ place }) => place.rank ?? 0));
  return { learners, board: await readBoard(pupils[0].learner.account, lowest) };
}

async function observeLearner({ learner: { account, username, watch }, played, failure }) {
  const [submissions, profile, place] = await Promise.all([
    readSubmissions(account),
    account.get('/me'),
    account.get('/leaderboards/global/me?around=2'),
  ]);
  const live = { log: watch?.log ?? null, top: watch?.top ?? null };
  return { username, userId: account.userId, failure, played, submissions, profile, place, ...live };
}

async function readSubmissions(account) {
  const all = [];
  for (let cursor = ''; ;) {
    const { data, page } = await account.get(`/me/submissions?limit=${PAGE}${cursor}`);
    all.push(...data);
    if (!page.hasMore) return all;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

/** The board from rank 1 down to `lowest`, and at least the top 10. */
async function readBoard(account, lowest) {
  const board = [];
  for (let page = 0; page < MOST_PAGES && board.length < Math.max(10, lowest); page += 1) {
    const { data } = await account.get(`/leaderboards/global?limit=${PAGE}&offset=${page * PAGE}`);
    board.push(...data);
    if (data.length < PAGE) break;
  }
  return board;
}
