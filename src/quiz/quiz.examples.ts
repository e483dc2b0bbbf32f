/** A quiz of two questions, as it shows in the examples of the OpenAPI document. */
const [CHOICE, TRUTH] = ['0199d3ef-5a10-7c31-8b2e-1d4f6a8c0e21', '0199d3ef-5a10-7c31-8b2e-1d4f6a8c0e22'];
const [ZADD, SADD] = ['5f0c9f0e-2a64-4b7d-9d55-0c1e3b6a7f10', 'b3a1d7c8-94e2-4f0b-8a6d-7e2c5f9d1b34'];

const choice = {
  id: CHOICE,
  type: 'single_choice',
  prompt: 'Which command adds to a Sorted Set?',
  promptFormat: 'plain',
  points: 2,
};
const truth = { id: TRUTH, type: 'true_false', prompt: 'INCR is atomic.', promptFormat: 'plain', points: 1 };
const explanation = 'Redis runs one command at a time.';

/** As a learner sees them. */
export const QUESTIONS_SEEN = [
  {
    ...choice,
    options: [
      { id: ZADD, text: 'ZADD' },
      { id: SADD, text: 'SADD' },
    ],
  },
  truth,
];

/** As its author and admins see them. */
export const QUESTIONS_WITH_KEY = [
  {
    ...choice,
    options: [
      { id: ZADD, text: 'ZADD', credit: 1, feedback: 'Its score is its rank.' },
      { id: SADD, text: 'SADD', credit: 0 },
    ],
  },
  { ...truth, correct: true, explanation },
];

/** As an author writes them. */
export const QUESTIONS_WRITTEN = [
  {
    ...{ type: choice.type, prompt: choice.prompt, points: choice.points },
    options: [
      { text: 'ZADD', credit: 1, feedback: 'Its score is its rank.' },
      { text: 'SADD', credit: 0 },
    ],
  },
  { type: truth.type, prompt: truth.prompt, correct: true, explanation },
];

const title = 'Redis in two questions';
const description = 'From strings to Sorted Sets.';
const tags = ['redis', 'basics'];

/** The whole quiz as an author writes it. */
export const QUIZ_WRITTEN = { title, description, tags, attemptsAllowed: 3, questions: QUESTIONS_WRITTEN };

/** What comes of it. */
export const DRAFT = {
  id: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4',
  ...{ title, description, tags, status: 'draft', version: 1, questionCount: 2, maxScore: 3 },
  ...{ timeLimitSec: null, attemptsAllowed: 3, authorId: '0199d3ed-6d0c-7c64-9a51-6f3f4c3f8f10' },
  ...{ createdAt: '2026-11-24T10:00:00.000Z', updatedAt: '2026-11-24T10:00:00.000Z' },
};

/** As a learner answers them, the second one wrongly. */
export const ANSWERS = [
  { questionId: CHOICE, response: ZADD },
  { questionId: TRUTH, response: false },
];

/** What these answers are worth. */
export const BREAKDOWN = [
  { questionId: CHOICE, credit: 1, points: 2, feedback: 'Its score is its rank.' },
  { questionId: TRUTH, credit: 0, points: 0, feedback: explanation },
];

/** What was handed in and scored, as lists show it: without feedback. */
export const SCORED = {
  id: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d',
  quizId: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4',
  ...{ quizVersion: 1, status: 'scored' },
  ...{ submittedAt: '2026-11-24T10:30:00.000Z', scoredAt: '2026-11-24T10:30:00.250Z' },
  ...{ score: 2, maxScore: 3, scoreAwarded: 2 },
  breakdown: BREAKDOWN.map(({ questionId, credit, points }) => ({ questionId, credit, points })),
};

/** What was handed in and waits for its score. */
export const QUEUED = {
  id: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d',
  quizId: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4',
  ...{ quizVersion: 1, status: 'queued', submittedAt: '2026-11-24T10:30:00.000Z', scoredAt: null },
  ...{ score: null, maxScore: 3, scoreAwarded: null, breakdown: [] },
};
