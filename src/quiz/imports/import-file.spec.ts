import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../common/errors.js';
import { fileOf } from './import-file.js';

const xml = (encoding: string, text = 'é') =>
  `<?xml version="1.0" encoding=${encoding}?><quiz>${text}</quiz>`;

function refusalOf(...args: Parameters<typeof fileOf>): unknown {
  try {
    return fileOf(...args);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, error.message];
  }
}

describe('a file of questions', () => {
  it('is in the format that is named, or that its type or its text tells', () => {
    expect(fileOf('Q {T}')).toEqual({ text: 'Q {T}', format: 'gift' });
    expect(fileOf('Q {T}', 'text/plain', 'aiken').format).toBe('aiken');
    expect(fileOf('Q {T}', 'application/xml').format).toBe('xml');
    expect(fileOf('Q {T}', 'Text/XML; charset=utf-8').format).toBe('xml');
    expect(fileOf(xml('"UTF-8"'), 'text/plain').format).toBe('xml');
  });

  it.each([
    [xml('"utf-8"'), 'application/xml'],
    [xml("'UTF8'"), 'application/xml; charset="UTF-8"'],
    [xml('"ISO-8859-1"'), 'text/xml; charset=iso-8859-1'],
    [xml('"ISO-8859-1"', 'e'), 'text/xml'],
    ['<?xml version="1.0"?><quiz>é</quiz>', 'text/xml'],
  ])('is read when it was written as it was read: %j as %j', (text, type) => {
    expect(fileOf(text, type)).toEqual({ text, format: 'xml' });
  });

  it.each([
    [xml('"ISO-8859-1"'), 'text/xml', /says that it is in ISO-8859-1, and was read as UTF-8/],
    [xml("'windows-1252'"), 'text/plain; charset=utf-8', /says that it is in windows-1252/],
    [xml('"UTF-8"'), 'application/xml; charset=latin1', /says that it is in UTF-8, and was read as LATIN1/],
    [' \n', 'text/plain', /must be a file of questions/],
    ['a\0b', 'text/plain', /must not contain NUL/],
  ])('is refused by name otherwise: %j as %j', (text, type, message) => {
    expect(refusalOf(text, type)).toEqual(['validation_failed', expect.stringMatching(message)]);
  });

  it('is a text', () => {
    expect(refusalOf({ questions: [] }, 'application/json')).toEqual([
      'unsupported_media_type',
      expect.any(String),
    ]);
  });
});
