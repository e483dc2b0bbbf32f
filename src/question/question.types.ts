/** The seven kinds of question, as an author writes them and as a quiz version keeps them (contract, section 3). */

export const QUESTION_TYPES = [
  'single_choice',
  'multiple_choice',
  'true_false',
  'short_text',
  'numeric',
  'matching',
  'ordering',
] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];

export const PROMPT_FORMATS = ['plain', 'markdown', 'html'] as const;
/** The format of every text of a question that is shown; accepted answers are always plain. */
export type PromptFormat = (typeof PROMPT_FORMATS)[number];

export interface ChoiceOption {
  text: string;
  /** Share of the points, −1…1. */
  credit: number;
  feedback?: string;
}

export interface AcceptedText {
  /** `*` stands for any run of characters, `\*` for an asterisk (as in Moodle). */
  text: string;
  /** Share of the points, 0…1; 1 when absent. */
  credit?: number;
  feedback?: string;
}

/** Either `value` (± `tolerance`) or `min` and `max`, both included. */
export interface AcceptedNumber {
  value?: number;
  tolerance?: number;
  min?: number;
  max?: number;
  /** Share of the points, 0…1; 1 when absent. */
  credit?: number;
  feedback?: string;
}

export interface TrueFalseFeedback {
  right?: string;
  wrong?: string;
}

interface Authored<T extends QuestionType> {
  type: T;
  prompt: string;
  promptFormat?: PromptFormat;
  points?: number;
  explanation?: string;
}

interface Stored<T extends QuestionType> extends Authored<T> {
  /** UUIDv7. */
  id: string;
  promptFormat: PromptFormat;
  points: number;
}

/** A text a learner can choose; its id is random (v4), so that it tells nothing of the order it was written in. */
export interface Item {
  id: string;
  text: string;
}

interface WithOptions<O> {
  options: O[];
}
interface WithTruth {
  correct: boolean;
  feedback?: TrueFalseFeedback;
}
interface WithTexts {
  accepted: AcceptedText[];
}
interface WithNumbers {
  accepted: AcceptedNumber[];
}

export type AuthoredSingleChoice = Authored<'single_choice'> & WithOptions<ChoiceOption>;
export type AuthoredMultipleChoice = Authored<'multiple_choice'> & WithOptions<ChoiceOption>;
export type AuthoredTrueFalse = Authored<'true_false'> & WithTruth;
export type AuthoredShortText = Authored<'short_text'> & WithTexts & { caseSensitive?: boolean };
export type AuthoredNumeric = Authored<'numeric'> & WithNumbers;
export type AuthoredMatching = Authored<'matching'> & {
  pairs: { left: string; right: string }[];
  /** Further right-hand texts that belong to no left. */
  distractors?: string[];
};
export type AuthoredOrdering = Authored<'ordering'> & {
  /** In the right order. */
  items: string[];
};

export type AuthoredQuestion =
  | AuthoredSingleChoice
  | AuthoredMultipleChoice
  | AuthoredTrueFalse
  | AuthoredShortText
  | AuthoredNumeric
  | AuthoredMatching
  | AuthoredOrdering;

export type StoredOption = ChoiceOption & { id: string };
/** Two pairs with the same right-hand text share its `rightId`: a learner cannot tell the two apart. */
export interface StoredPair {
  leftId: string;
  left: string;
  rightId: string;
  right: string;
}

export type StoredSingleChoice = Stored<'single_choice'> & WithOptions<StoredOption>;
export type StoredMultipleChoice = Stored<'multiple_choice'> & WithOptions<StoredOption>;
export type StoredTrueFalse = Stored<'true_false'> & WithTruth;
export type StoredShortText = Stored<'short_text'> & WithTexts & { caseSensitive: boolean };
export type StoredNumeric = Stored<'numeric'> & WithNumbers;
export type StoredMatching = Stored<'matching'> & { pairs: StoredPair[]; distractors: Item[] };
export type StoredOrdering = Stored<'ordering'> & { items: Item[] };

export type StoredQuestion =
  | StoredSingleChoice
  | StoredMultipleChoice
  | StoredTrueFalse
  | StoredShortText
  | StoredNumeric
  | StoredMatching
  | StoredOrdering;
