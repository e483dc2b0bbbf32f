/** @typedef {import('./observe.mjs').Ranked} Ranked */

/**
 * Whether the board is a ranking, and every read of it tells the same. Pure.
 * @param {import('./observe.mjs').Observed[]} learners
 * @param {Ranked[]} board from rank 1
 * @returns {string[]}
 */
export function checkBoard(learners, board) {
  const byUser = new Map(board.map((ranked) => [ranked.userId, ranked]));
  return [
    ...checkOrder(board),
    ...learners.flatMap((learner) => checkPlace(learner, byUser)),
    ...learners.flatMap((learner) => checkNeighbours(learner, board)),
    ...checkDistinct(learners),
  ];
}

/** @param {Ranked[]} board */
function checkOrder(board) {
  const differences = [];
  const users = new Set();
  board.forEach(({ rank, userId, username, score }, index) => {
    if (rank !== index + 1) differences.push(`the board's entry ${index + 1} says rank ${rank}`);
    if (index > 0 && score > board[index - 1].score)
      differences.push(`rank ${rank} has ${score} points, rank ${rank - 1} only ${board[index - 1].score}`);
    if (userId !== null && users.has(userId)) differences.push(`${username} is on the board twice`);
    users.add(userId);
  });
  return differences;
}

function checkPlace({ username, userId, place }, byUser) {
  if (place.rank === null && place.score > 0) return [`${username} has ${place.score} points and no rank`];
  if (place.rank !== null && place.score === 0) return [`${username} has no points and rank ${place.rank}`];
  const listed = byUser.get(userId);
  if (place.rank === null) return listed ? [`${username} has no rank, and stands at ${listed.rank}`] : [];
  if (!listed) return [`${username} has rank ${place.rank} and is not on the board`];
  return listed.rank === place.rank && listed.score === place.score
    ? []
    : [
        `${username} has rank ${place.rank} with ${place.score} points, ` +
          `and stands at ${listed.rank} with ${listed.score}`,
      ];
}

function checkNeighbours({ username, place }, board) {
  return place.neighbours.flatMap(({ rank, userId, score }) => {
    const listed = board[rank - 1];
    if (!listed || (listed.userId === userId && listed.score === score)) return [];
    return [`${username} sees another one at rank ${rank} than the board shows`];
  });
}

function checkDistinct(learners) {
  const holders = new Map();
  for (const { username, place } of learners)
    if (place.rank !== null) holders.set(place.rank, [...(holders.get(place.rank) ?? []), username]);
  return [...holders]
    .filter(([, several]) => several.length > 1)
    .map(([rank, several]) => `rank ${rank} is held by ${several.join(' and ')}`);
}
