import type { FieldError } from '../common/errors.js';
import { isObject } from './dto/build.js';

/** What a submission may take, less what stands in it beside the answers: the version and the attempt. */
export const MAX_ANSWERS_BYTES = 64 * 1024 - 100;

/** Of a question, as it is stored or as an author writes it, what its longest answer goes by. */
interface Sized {
  type?: unknown;
  options?: unknown;
  accepted?: unknown;
  pairs?: unknown;
  items?: unknown;
}

/** Ids have one length, and this one, too. */
const ID = '00000000-0000-0000-0000-000000000000';
const LONGEST_NUMBER = -Number.MAX_VALUE;

/**
 * How many bytes `{"answers":[…]}` takes when every question is answered in full: all options are chosen, every left has
 * its right, and the longest text that is accepted is given.
 */
export function fullAnswersBytes(questions: readonly Sized[]): number {
  return questions.reduce(
    (sum, question) => sum + bytesOf(question) + 1,
    Buffer.byteLength('{"answers":[]}') - 1,
  );
}

/** Nobody could hand in a full answer to these questions: what to do about it. Undefined if anybody can. */
export function answersTooLarge(questions: readonly Sized[], whatToDo: string): FieldError | undefined {
  const bytes = fullAnswersBytes(questions);
  if (bytes <= MAX_ANSWERS_BYTES) return undefined;
  const message = `a full answer would take ${bytes} bytes, and a submission holds ${MAX_ANSWERS_BYTES}: ${whatToDo}`;
  return { path: 'questions', message };
}

const bytesOf = (question: Sized): number =>
  jsonBytes({ questionId: ID, response: longestResponse(question) });

function longestResponse({ type, options, accepted, pairs, items }: Sized): unknown {
  switch (type) {
    case 'single_choice':
      return ID;
    case 'multiple_choice':
      return Array(lengthOf(options)).fill(ID);
    case 'short_text':
      return longestText(accepted);
    case 'numeric':
      return LONGEST_NUMBER;
    case 'matching':
      return Object.fromEntries(Array.from({ length: lengthOf(pairs) }, (_, at) => [idOf(at), ID]));
    case 'ordering':
      return Array(lengthOf(items)).fill(ID);
    default:
      return false;
  }
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

const idOf = (at: number): string => ID.slice(0, -4) + String(at).padStart(4, '0');

function longestText(accepted: unknown): string {
  if (!Array.isArray(accepted)) return '';
  const texts = accepted.flatMap((each: unknown) =>
    isObject(each) && 'text' in each && typeof each.text === 'string' ? [each.text] : [],
  );
  return texts.reduce((longest, text) => (jsonBytes(text) > jsonBytes(longest) ? text : longest), '');
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
