import { type Finds, READING, SLICE } from './reading.js';

/** The lines of a text with their numbers from 1, whatever its line ends; a byte order mark is dropped. */
export function* numberedLines(text: string): Finds<[number, string]> {
  const lineEnd = /\r\n?|\n/g;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (let number = 1, told = at; ; number += 1) {
    lineEnd.lastIndex = at;
    const end = lineEnd.exec(text);
    yield [number, text.slice(at, end?.index)];
    if (!end) return;
    at = lineEnd.lastIndex;
    if (at - told < SLICE) continue;
    told = at;
    yield READING;
  }
}
