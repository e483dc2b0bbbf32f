/** The lines of a text with their numbers from 1, whatever its line ends; a byte order mark is dropped. */
export function* numberedLines(text: string): Generator<[number, string]> {
  const body = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  for (let at = 0, number = 1; at <= body.length; number += 1) {
    const end = body.indexOf('\n', at);
    yield [number, body.slice(at, end < 0 ? body.length : end)];
    at = end < 0 ? body.length + 1 : end + 1;
  }
}
