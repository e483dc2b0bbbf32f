import type { FieldError } from '../../common/errors.js';
import { checkQuestion } from '../dto/check-question.js';
import type { AuthoredQuestion } from '../question.types.js';
import { cut } from '../text.js';

export interface Rejection {
  /** Where the question begins, from 1. */
  line: number;
  /** Its title, or how it begins. */
  name: string;
  reason: string;
}

/** What came of one question of a file; `category` is the path of where it belongs, '' for nowhere. */
export type QuestionRead = { category: string; question: AuthoredQuestion } | { rejected: Rejection };

const NAME_LENGTH = 80;
const REASON_LENGTH = 300;

/** @param name the question's title, or the text whose beginning stands for it */
export function rejection(line: number, name: string, reason: string): { rejected: Rejection } {
  const words = name
    .slice(0, 4 * NAME_LENGTH)
    .replace(/\s+/g, ' ')
    .trim();
  return { rejected: { line, name: cut(words, NAME_LENGTH), reason: cut(reason, REASON_LENGTH) } };
}

/** Judges a question by the rules for authors, in one sentence if it breaks any. */
export function judged(candidate: unknown): { question: AuthoredQuestion } | { reason: string } {
  const checked = checkQuestion(candidate);
  return 'question' in checked ? checked : { reason: checked.errors.map(sentence).join('; ') };
}

/** "accepted.0.text must be …" from the path and a message that begins with the property's name. */
function sentence({ path, message }: FieldError): string {
  const property = path.slice(path.lastIndexOf('.') + 1);
  return message.startsWith(`${property} `) ? path + message.slice(property.length) : `${path}: ${message}`;
}
