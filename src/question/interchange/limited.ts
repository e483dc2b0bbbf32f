import { rejection, type QuestionRead } from './question-read.js';

/**
 * Reads each of the pieces of a file, up to `limit`; a further one is told as what was not read.
 * @param lineOf where a piece begins
 */
export function* limited<Piece>(
  pieces: Iterable<Piece>,
  limit: number,
  lineOf: (piece: Piece) => number,
  read: (piece: Piece) => QuestionRead,
): Generator<QuestionRead> {
  let count = 0;
  for (const piece of pieces) {
    count += 1;
    if (count > limit) {
      yield rejection(lineOf(piece), '', `it is one of more than ${limit} questions; the rest was not read`);
      return;
    }
    yield read(piece);
  }
}
