import { checkUntilAgreed } from './check-until-agreed.mjs';
import { importCourse } from './course.mjs';
import { Http } from './http.mjs';
import { printCourse } from './intro.mjs';
import { playQuizzes } from './learner-run.mjs';
import { inventLearners, signUpClass } from './learners.mjs';
import { requireServer } from './server.mjs';
import { Tally } from './tally.mjs';
import { nowMs } from './time.mjs';
import { Watch } from './watch.mjs';

/**
 * @typedef {object} PlayResult
 * @property {import('./options.mjs').Options} options
 * @property {import('./course.mjs').Course} course
 * @property {Pupil[]} class
 * @property {Tally} tally
 * @property {import('./check-until-agreed.mjs').Verdict} verdict
 * @property {number} playedMs
 * @typedef {{ learner: import('./learners.mjs').Learner, played: import('./learner-run.mjs').Played[],
 *   failure: string | null }} Pupil
 */

/**
 * The whole lesson.
 * @param {{ options: import('./options.mjs').Options, screen: import('./screen.mjs').Screen, signal: AbortSignal }} play
 * @returns {Promise<PlayResult>}
 */
export async function playClass({ options, screen, signal }) {
  const tally = new Tally();
  const http = new Http(options.url, signal, tally);
  await requireServer(http);
  const course = await importCourse(http, options);
  printCourse(course, screen);
  const learners = await enrol(http, options, screen);
  try {
    await openWatches(learners, options, { tally, signal, url: options.url });
    const since = nowMs();
    const pupils = await playAll(learners, course, { options, screen, tally, signal });
    const playedMs = nowMs() - since;
    const verdict = await screen.showing(
      () => 'comparing  PostgreSQL, profiles, board and events',
      () => checkUntilAgreed(pupils, signal),
    );
    return { options, course, class: pupils, tally, verdict, playedMs };
  } finally {
    for (const { watch } of learners) watch?.close();
  }
}

async function enrol(http, { learners, seed }, screen) {
  let signedUp = 0;
  const line = () => screen.bar('signing up', signedUp, learners, waitsOf(http.tally).join());
  return await screen.showing(line, async () => {
    const invented = inventLearners(learners, seed);
    return await signUpClass(http, invented, () => (signedUp += 1));
  });
}

async function openWatches(learners, { watchers }, { url, tally, signal }) {
  const every = learners.length / watchers;
  const chosen = Array.from({ length: watchers }, (_, index) => learners[Math.floor(index * every)]);
  for (const learner of chosen) learner.watch = new Watch(url, learner.account, tally);
  await Promise.all(chosen.map(({ watch }) => watch.open(signal)));
}

async function playAll(learners, { quizzes }, { screen, tally, signal }) {
  const total = learners.length * quizzes.length;
  const line = () => {
    const { accepted, scored, events } = tally;
    const counts = ['scored', `${accepted} accepted`, `${events} events`, ...waitsOf(tally)];
    return screen.bar('playing', scored, total, counts.join(', '));
  };
  return await screen.showing(line, async () =>
    Promise.all(learners.map((learner) => playOne(learner, quizzes, { tally, signal }))),
  );
}

/** What befalls one learner shall be told in the end, with what became of the others. */
async function playOne(learner, quizzes, run) {
  const played = [];
  try {
    await playQuizzes(learner, quizzes, run, played);
    return { learner, played, failure: null };
  } catch (error) {
    if (run.signal.aborted) throw error;
    return { learner, played, failure: error instanceof Error ? error.message : String(error) };
  }
}

function waitsOf(tally) {
  const { count, nextInSec } = tally.waits;
  return count === 0 ? [] : [`${count} wait ${nextInSec} s`];
}
