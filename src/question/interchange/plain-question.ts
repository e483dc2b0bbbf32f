import type {
  AcceptedNumber,
  AcceptedText,
  AuthoredQuestion,
  ChoiceOption,
  StoredQuestion,
} from '../question.types.js';

/** A question as an author would write it, without ids, its defaults filled in; equal questions are equal as JSON. */
export type PlainQuestion = AuthoredQuestion & Required<Pick<AuthoredQuestion, 'promptFormat' | 'points'>>;

/** Drops ids, fills in defaults, trims texts and makes their line ends `\n`; always in the same order of fields. */
export function plainQuestion(question: AuthoredQuestion | StoredQuestion): PlainQuestion {
  const { promptFormat = 'plain', points = 1 } = question;
  const base = { prompt: text(question.prompt), promptFormat, points, ...optional(question, 'explanation') };
  switch (question.type) {
    case 'single_choice':
      return { type: question.type, ...base, options: question.options.map(option) };
    case 'multiple_choice':
      return { type: question.type, ...base, options: question.options.map(option) };
    case 'true_false': {
      const feedback = { ...optional(question.feedback, 'right'), ...optional(question.feedback, 'wrong') };
      const told = Object.keys(feedback).length > 0 ? { feedback } : {};
      return { type: question.type, ...base, correct: question.correct, ...told };
    }
    case 'short_text': {
      const { type, accepted, caseSensitive = false } = question;
      return { type, ...base, accepted: accepted.map(acceptedText), caseSensitive };
    }
    case 'numeric':
      return { type: question.type, ...base, accepted: question.accepted.map(acceptedNumber) };
    case 'matching': {
      const pairs = question.pairs.map(({ left, right }) => ({ left: text(left), right: text(right) }));
      const distractors = (question.distractors ?? []).map(textOf);
      return { type: question.type, ...base, pairs, ...(distractors.length > 0 ? { distractors } : {}) };
    }
    case 'ordering':
      return { type: question.type, ...base, items: question.items.map(textOf) };
  }
}

const text = (raw: string): string => raw.replace(/\r\n?/g, '\n').trim();

const textOf = (item: string | { text: string }): string => text(typeof item === 'string' ? item : item.text);

/** The field if it is there. */
function optional<K extends string>(
  from: Partial<Record<K, string>> | undefined,
  field: K,
): Partial<Record<K, string>>;
function optional(
  from: Partial<Record<string, string>> | undefined,
  field: string,
): Partial<Record<string, string>> {
  const value = from?.[field];
  return value === undefined ? {} : { [field]: text(value) };
}

const option = (each: ChoiceOption): ChoiceOption => ({
  text: text(each.text),
  credit: each.credit,
  ...optional(each, 'feedback'),
});

const acceptedText = (each: AcceptedText): AcceptedText => ({
  text: text(each.text),
  credit: each.credit ?? 1,
  ...optional(each, 'feedback'),
});

/** JSON, where questions are kept, has no -0. */
const unsigned = (value: number | undefined): number | undefined => (value === 0 ? 0 : value);

const acceptedNumber = ({ value, tolerance, min, max, ...each }: AcceptedNumber): AcceptedNumber => ({
  ...(value === undefined
    ? { min: unsigned(min), max: unsigned(max) }
    : { value: unsigned(value), tolerance: tolerance ?? 0 }),
  credit: each.credit ?? 1,
  ...optional(each, 'feedback'),
});
