import type { AuthoredQuestion } from '../../src/question/question.types.js';

/** One question of each type, with partial credit and feedback, for specs. */
export const SAMPLE = {
  single: {
    type: 'single_choice',
    prompt: 'Which command adds to a Sorted Set?',
    points: 4,
    options: [
      { text: 'ZADD', credit: 1, feedback: 'Yes' },
      { text: 'ZINCRBY', credit: 0.5, feedback: 'Partly' },
      { text: 'SADD', credit: -0.5, feedback: 'No' },
    ],
  },
  multiple: {
    type: 'multiple_choice',
    prompt: 'Which are Redis types?',
    points: 10,
    options: [
      { text: 'List', credit: 0.33333, feedback: 'A list' },
      { text: 'Hash', credit: 0.33333, feedback: 'A hash' },
      { text: 'Set', credit: 0.33333 },
      { text: 'Table', credit: -0.5 },
    ],
  },
  trueFalse: {
    type: 'true_false',
    prompt: 'INCR is atomic.',
    correct: true,
    feedback: { right: 'Indeed', wrong: 'It is' },
    explanation: 'Redis runs one command at a time.',
  },
  short: {
    type: 'short_text',
    prompt: 'Which command sets a time to live in seconds?',
    points: 2,
    accepted: [
      { text: 'EXPIRE', feedback: 'Right' },
      { text: 'PEXPIRE', credit: 0.5 },
      { text: '*EX*', credit: 0.25 },
    ],
  },
  numeric: {
    type: 'numeric',
    prompt: 'How many hash slots?',
    points: 3,
    accepted: [
      { value: 16384, feedback: 'Exactly' },
      { value: 16384, tolerance: 1, credit: 0.5, feedback: 'Nearly' },
      { min: 16000, max: 17000, credit: 0.1 },
    ],
  },
  matching: {
    type: 'matching',
    prompt: 'Which type does it work on?',
    points: 3,
    pairs: [
      { left: 'ZADD', right: 'Sorted Set' },
      { left: 'LPUSH', right: 'List' },
      { left: 'RPUSH', right: 'List' },
    ],
    distractors: ['Hash'],
  },
  ordering: { type: 'ordering', prompt: 'In which order?', points: 3, items: ['WATCH', 'MULTI', 'EXEC'] },
} satisfies Record<string, AuthoredQuestion>;

export const SAMPLES: AuthoredQuestion[] = Object.values(SAMPLE);
