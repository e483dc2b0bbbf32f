/**
 * Whether all places tell the same. Pure: from an observation to sentences that say precisely what differs.
 *
 * @typedef {import('./observe.mjs').Observed} Observed
 * @typedef {{ name: string, found: string, differences: string[] }} Check
 */
import { checkBoard } from './board-agreement.mjs';

/**
 * @param {import('./observe.mjs').Observation} observation
 * @returns {Check[]}
 */
export function compare({ learners, board }) {
  const watching = learners.filter(({ log }) => log);
  const count = (list, of) => list.reduce((total, each) => total + of(each), 0);
  const played = count(learners, (learner) => learner.played.length);
  const announced = count(watching, ({ log }) => log.scored.size);
  return [
    check(
      'submissions',
      learners.flatMap(checkSubmissions),
      `${played} accepted, each scored once and as the key says`,
    ),
    check(
      'totals',
      learners.flatMap(checkTotals),
      `PostgreSQL = profile = board for ${learners.length} of ${learners.length} learners`,
    ),
    check('ranks', checkBoard(learners, board), 'every read of the board tells the same ranks'),
    check(
      'events',
      watching.flatMap(checkEvents),
      watching.length === 0
        ? 'nobody watched'
        : `${announced} scores told to ${watching.length} watchers, each once, without a gap`,
    ),
  ];
}

const check = (name, differences, agreed) => ({
  name,
  found: differences.length === 0 ? agreed : `${differences.length} differences`,
  differences,
});
const sum = (list, of) => list.reduce((total, each) => total + (of(each) ?? 0), 0);

/** Everything accepted is there once, is scored, and what was known got its credit. @param {Observed} learner */
function checkSubmissions({ username, failure, played, submissions }) {
  const stored = new Map(submissions.map((submission) => [submission.id, submission]));
  const lacking = played.filter(({ id }) => !stored.has(id));
  return [
    ...(failure ? [failure.includes(username) ? failure : `${username}: ${failure}`] : []),
    ...lacking.map(({ id }) => `${username}: submission ${id} was accepted and is not in PostgreSQL`),
    ...(failure || submissions.length === played.length
      ? []
      : [`${username}: ${played.length} submissions were accepted, PostgreSQL has ${submissions.length}`]),
    ...submissions
      .filter(({ status }) => status !== 'scored')
      .map(({ id, status }) => `${username}: submission ${id} is ${status}`),
    ...played.flatMap((each) => wronglyGraded(username, each)),
  ];
}

function wronglyGraded(username, { id, submission, known }) {
  const wrong = submission.breakdown.filter(
    ({ questionId, credit }) => known.has(questionId) && Math.abs(credit - known.get(questionId)) > 1e-6,
  );
  return wrong.map(
    ({ questionId, credit }) =>
      `${username}: submission ${id} gives ${credit} for question ${questionId}, which deserves ${known.get(questionId)}`,
  );
}

/** @param {Observed} learner */
function checkTotals({ username, submissions, profile, place }) {
  const awarded = sum(submissions, ({ scoreAwarded }) => scoreAwarded);
  const bestByQuiz = new Map();
  for (const { quizId, score, status } of submissions)
    if (status === 'scored') bestByQuiz.set(quizId, Math.max(score, bestByQuiz.get(quizId) ?? 0));
  const best = sum([...bestByQuiz.values()], (score) => score);
  const differences = [];
  if (new Set([awarded, best, profile.totalScore, place.score]).size > 1)
    differences.push(
      `${username}: awarded in PostgreSQL ${awarded}, best attempts there ${best}, profile ${profile.totalScore}, ` +
        `board ${place.score}`,
    );
  if (bestByQuiz.size !== profile.quizzesSolved)
    differences.push(
      `${username}: quizzes solved in PostgreSQL ${bestByQuiz.size}, in the profile ${profile.quizzesSolved}`,
    );
  return differences;
}

/** Every score was told, once, as it is, and nothing between was lost. @param {Observed} learner */
function checkEvents({ username, submissions, profile, log }) {
  const differences = log.faults.map((fault) => `${username}: ${fault}`);
  if (log.forgotten.has('user')) return differences;
  for (const { id, status, score, scoreAwarded } of submissions) {
    const told = log.scored.get(id)?.data;
    if (status === 'scored' && !told) differences.push(`${username}: no event told that ${id} was scored`);
    else if (told && (told.score !== score || told.scoreAwarded !== scoreAwarded))
      differences.push(
        `${username}: the event says ${told.score} (+${told.scoreAwarded}) for ${id}, PostgreSQL ${score} (+${scoreAwarded})`,
      );
  }
  const lastTold = [...log.scored.values()].at(-1)?.data.totalScore;
  if (lastTold !== undefined && lastTold !== profile.totalScore)
    differences.push(
      `${username}: the last event says a total of ${lastTold}, the profile ${profile.totalScore}`,
    );
  return differences;
}
