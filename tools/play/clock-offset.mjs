/** @typedef {{ sentAt: number, receivedAt: number, serverAt: number }} Exchange all in ms since 1970 */

/**
 * How far the server's clock is ahead of ours, by the quickest exchange (Cristian's algorithm); 0 when the difference
 * is no more than that exchange leaves open.
 * @param {Exchange[]} exchanges
 * @returns {number} milliseconds
 */
export function clockOffsetMs(exchanges) {
  const [quickest] = exchanges.toSorted((a, b) => durationOf(a) - durationOf(b));
  if (!quickest) return 0;
  const offset = quickest.serverAt - (quickest.sentAt + quickest.receivedAt) / 2;
  return Math.abs(offset) > durationOf(quickest) / 2 + 1 ? offset : 0;
}

const durationOf = ({ sentAt, receivedAt }) => receivedAt - sentAt;
