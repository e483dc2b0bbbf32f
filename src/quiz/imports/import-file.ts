import { AppError } from '../../common/errors.js';
import { SEND_FILE, storable } from '../../common/json-body.js';
import { validationFailed } from '../../common/validation.js';
import { formatOf, type ImportFormat } from '../../question/interchange/formats.js';

/** A file of questions that can be read. */
export interface ImportFile {
  text: string;
  format: ImportFormat;
}

const XML_TYPE = /^\s*(?:text|application)\/xml\b/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;
const XML_ENCODING = /^\uFEFF?\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/i;
const ASCII = /^[\0-\x7F]*$/;

/**
 * The file in the body of a request.
 * @param format as the author tells; else the media type tells, or the text itself
 * @throws AppError unsupported_media_type; validation_failed when there is nothing to read, or what cannot be stored, or
 *   when an XML file says of itself that it was written in another encoding than it was read in
 */
export function fileOf(body: unknown, contentType = '', format?: ImportFormat): ImportFile {
  if (typeof body !== 'string') throw new AppError('unsupported_media_type', { detail: SEND_FILE });
  const problem = problemOf(body, CHARSET.exec(contentType)?.[1] ?? 'utf-8');
  if (problem !== undefined) throw validationFailed([{ path: 'body', message: problem }]);
  return { text: body, format: format ?? (XML_TYPE.test(contentType) ? 'xml' : formatOf(body)) };
}

function problemOf(text: string, charset: string): string | undefined {
  if (text.trim() === '') return 'must be a file of questions: GIFT, Aiken or Moodle XML';
  if (!storable(text)) return 'must not contain NUL';
  const declared = XML_ENCODING.exec(text)?.[1];
  if (declared === undefined || plainName(declared) === plainName(charset) || ASCII.test(text))
    return undefined;
  return (
    `says that it is in ${declared.slice(0, 40)}, and was read as ${charset.toUpperCase()}: save it as UTF-8, ` +
    'or name its charset in the media type'
  );
}

const plainName = (encoding: string): string => encoding.toLowerCase().replace(/^utf-?8$/, 'utf-8');
