/** `node --import`: a process whose clock is two hours ahead. */
const AHEAD_MS = 2 * 3600 * 1000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + AHEAD_MS] : given));
  }

  static now = () => RealDate.now() + AHEAD_MS;
};
