import { rejection, type QuestionRead } from './question-read.js';
import { type Finds, READING, type Reading } from './reading.js';

/**
 * Reads each of the pieces of a file, up to `limit`; a further one is told as what was not read.
 * @param lineOf where a piece begins
 */
export function* limited<Piece extends object>(
  pieces: Iterable<Piece | Reading>,
  limit: number,
  lineOf: (piece: Piece) => number,
  read: (piece: Piece) => QuestionRead,
): Finds<QuestionRead> {
  let count = 0;
  for (const piece of pieces) {
    if (piece === READING) {
      yield READING;
      continue;
    }
    count += 1;
    if (count > limit) {
      yield rejection(lineOf(piece), '', `it is one of more than ${limit} questions; the rest was not read`);
      return;
    }
    yield read(piece);
  }
}

/** How many pieces there are, said again and again while they are found; `limit` and more are told as `limit`. */
export function* counted(pieces: Iterable<object | Reading>, limit: number): Generator<number, number> {
  let count = 0;
  for (const piece of pieces) {
    if (piece !== READING) count += 1;
    if (count >= limit) break;
    yield count;
  }
  return count;
}
