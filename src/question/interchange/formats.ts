import { countAikenQuestions, readAiken } from '../aiken/read-aiken.js';
import { countGiftQuestions, readGift } from '../gift/read-gift.js';
import { countMoodleXmlQuestions, readMoodleXml } from '../moodle-xml/read-moodle-xml.js';
import type { QuestionRead } from './question-read.js';
import type { Finds } from './reading.js';

export const IMPORT_FORMATS = ['gift', 'aiken', 'xml'] as const;
/** `xml` is Moodle's own. */
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

interface FileFormat {
  /** Question by question; never throws; stops soon after `limit` questions. */
  read: (text: string, limit: number) => Finds<QuestionRead>;
  /**
   * How many questions the file seems to hold, good or bad, without judging any; says again and again how many it found.
   * `limit` and more are told as `limit`.
   */
  count: (text: string, limit: number) => Generator<number, number>;
}

export const FILE_FORMATS: Record<ImportFormat, FileFormat> = {
  gift: { read: readGift, count: countGiftQuestions },
  aiken: { read: readAiken, count: countAikenQuestions },
  xml: { read: readMoodleXml, count: countMoodleXmlQuestions },
};

/** Which format a file is in, by what only that format has; GIFT if nothing tells. */
export function formatOf(text: string): ImportFormat {
  if (/^\uFEFF?\s*<(?:\?xml|!--|!DOCTYPE|quiz\b)/i.test(text)) return 'xml';
  const isAiken = /^ANSWER:[ \t]*[A-Z][ \t]*\r?$/m.test(text) && /^[A-Z][.)][ \t]/m.test(text);
  return isAiken ? 'aiken' : 'gift';
}
