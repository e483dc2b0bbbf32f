/** How much a question may hold. Lengths are in Unicode code points. */
export const LIMITS = {
  questionsPerQuiz: 500,
  /** Options, accepted answers, pairs, distractors or items of one question. */
  parts: 50,
  promptLength: 10_000,
  textLength: 2_000,
  explanationLength: 10_000,
  acceptedLength: 1_000,
  responseLength: 1_000,
  points: 100,
} as const;

/** How far the positive credits of a multiple choice may be from 1, so that three times 33.333 % is a whole (as in Moodle). */
export const CREDIT_SUM_TOLERANCE = 0.01;
