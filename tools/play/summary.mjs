import { timingsOf } from './timings.mjs';

const TOP = 10;

/**
 * What a run comes to, for people and, with `--json`, for programs.
 * @param {import('./play-class.mjs').PlayResult} result
 */
export function summarise({ options, course, class: pupils, tally, verdict, playedMs }) {
  const skills = new Map(pupils.map(({ learner }) => [learner.account.userId, learner.skill]));
  const watching = pupils.filter(({ learner }) => learner.watch);
  const { checks, observation, waitedMs } = verdict;
  return {
    agrees: checks.every(({ differences }) => differences.length === 0),
    url: options.url,
    seed: options.seed,
    gift: { file: course.file, accepted: course.accepted, rejected: course.rejected },
    learners: pupils.length,
    quizzes: course.quizzes.length,
    watchers: watching.length,
    playedSec: round(playedMs / 1000),
    accepted: tally.accepted,
    scored: tally.scored,
    events: watching.reduce((total, { learner }) => total + learner.watch.log.count, 0),
    reconnections: watching.reduce((total, { learner }) => total + learner.watch.connections - 1, 0),
    obeyed: tally.obeyed,
    sentAgain: tally.lost,
    top: shownPlaces(observation.board, skills),
    ...latencies(pupils),
    agreedAfterSec: round(waitedMs / 1000),
    checks,
    notes: notesOf(watching, observation),
  };
}

/** The top, and the best of this run where others hold the top. `skill` is null for who was not in this run. */
function shownPlaces(board, skills) {
  const isOurs = ({ userId }) => skills.has(userId);
  const top = board.slice(0, TOP);
  const best = top.some(isOurs) ? [] : board.filter(isOurs).slice(0, 1);
  return [...top, ...best].map(({ rank, userId, username, score }) => ({
    ...{ rank, username, score },
    skill: skills.get(userId) ?? null,
  }));
}

function latencies(pupils) {
  const { timings, offsetMs } = timingsOf(pupils);
  return { latenciesMs: timings, clockOffsetMs: round(offsetMs) };
}

/** What is worth saying and breaks no promise. */
function notesOf(watching, { board }) {
  const shown = (list) => JSON.stringify(list.slice(0, TOP).map(({ userId, score }) => [userId, score]));
  const stale = watching.filter(({ learner }) => shown(learner.watch.top) !== shown(board));
  const forgotten = watching.filter(({ learner }) => learner.watch.log.forgotten.size > 0);
  return [
    ...(stale.length > 0
      ? [`${stale.length} watchers were last shown another top ${TOP} than the final one`]
      : []),
    ...(forgotten.length > 0
      ? [`${forgotten.length} watchers came back to a server that no longer held what they had missed`]
      : []),
  ];
}

const round = (value) => Math.round(value * 10) / 10;
