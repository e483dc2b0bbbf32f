import type { Answer } from './check-answers.js';
import { judge } from './judge.js';
import type { StoredQuestion } from './question.types.js';

export interface QuestionResult {
  questionId: string;
  /** 0…1, to six decimals. */
  credit: number;
  /** `round(points × credit)`, half up. */
  points: number;
}

export interface Grade {
  score: number;
  maxScore: number;
  /** One entry a question, in the quiz's order, whether answered or not. */
  breakdown: QuestionResult[];
  /** The credits alone, in the quiz's order; null for a question left out. */
  credits: (number | null)[];
}

/** Grades answers against a quiz version: pure, so that grading again gives the same. The order of answers does not matter. */
export function grade(questions: readonly StoredQuestion[], answers: readonly Answer[]): Grade {
  const responses = responsesOf(answers);
  const breakdown = questions.map((question) => gradeQuestion(question, responses));
  return {
    score: breakdown.reduce((total, { points }) => total + points, 0),
    maxScore: maxScoreOf(questions),
    breakdown,
    credits: breakdown.map(({ questionId, credit }) => (responses.has(questionId) ? credit : null)),
  };
}

export function maxScoreOf(questions: readonly StoredQuestion[]): number {
  return questions.reduce((total, { points }) => total + points, 0);
}

/**
 * What the author says to each answer, then the explanation, by question; nothing where a question was left out. Apart
 * from the grade, since it is the same text for everybody and may be as long as the quiz.
 */
export function feedbackOn(
  questions: readonly StoredQuestion[],
  answers: readonly Answer[],
): Map<string, string> {
  const responses = responsesOf(answers);
  return new Map(
    questions
      .filter(({ id }) => responses.has(id))
      .map((question) => [question.id, feedbackTo(question, responses.get(question.id))] as const)
      .filter(([, feedback]) => feedback !== ''),
  );
}

const responsesOf = (answers: readonly Answer[]): Map<string, unknown> =>
  new Map(answers.map(({ questionId, response }) => [questionId, response]));

const feedbackTo = (question: StoredQuestion, response: unknown): string =>
  [judge(question, response).feedback, question.explanation]
    .filter((text) => text !== undefined)
    .join('\n\n');

function gradeQuestion(question: StoredQuestion, responses: ReadonlyMap<string, unknown>): QuestionResult {
  if (!responses.has(question.id)) return { questionId: question.id, credit: 0, points: 0 };
  const judgement = judge(question, responses.get(question.id));
  const credit = Math.round(clamp(judgement.credit) * 1e6) / 1e6;
  return { questionId: question.id, credit, points: roundHalfUp(question.points * credit) };
}

const clamp = (credit: number): number => Math.min(1, Math.max(0, credit));

/** 28.5 stays 28.5 though 100 × 0.285 is 28.499999999999996. */
const roundHalfUp = (points: number): number => Math.floor(points + 0.5 + 1e-9);
