import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from './csv.js';

/** A reader of RFC 4180 for one record. */
function parse(line: string): string[] {
  const cells = [...`,${line.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/gy)];
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

describe('a line of CSV', () => {
  it('quotes what holds a comma, a quote or a line break, and only that', () => {
    expect(csvLine(['a', 'b,c', 'say "hi"', 'two\r\nlines', ' x '])).toBe(
      'a,"b,c","say ""hi""","two\r\nlines", x \r\n',
    );
  });

  it('leaves nothing empty and numbers as they are', () => {
    expect(csvLine([null, 0, -1.5, '', 'a'])).toBe(',0,-1.5,,a\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'])(
    'keeps a spreadsheet from computing %j',
    (text) => expect(parse(csvLine([text, 'x']))).toEqual([`'${text}`, 'x']),
  );

  it('is read back as written (property)', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !/^[=+\-@\t\r]/.test(one));
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 6 }), (cells) => {
        expect(parse(csvLine(cells))).toEqual(cells);
      }),
    );
  });
});
