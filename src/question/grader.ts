import type { Answer } from './check-answers.js';
import { judge } from './judge.js';
import type { StoredQuestion } from './question.types.js';

export interface QuestionResult {
  questionId: string;
  /** 0…1, to six decimals. */
  credit: number;
  /** `round(points × credit)`, half up. */
  points: number;
  /** What the author says to this answer, then the explanation; absent where the question was left out. */
  feedback?: string;
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
  const responses = new Map(answers.map(({ questionId, response }) => [questionId, response]));
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

function gradeQuestion(question: StoredQuestion, responses: ReadonlyMap<string, unknown>): QuestionResult {
  if (!responses.has(question.id)) return { questionId: question.id, credit: 0, points: 0 };
  const judgement = judge(question, responses.get(question.id));
  const credit = Math.round(clamp(judgement.credit) * 1e6) / 1e6;
  const feedback = [judgement.feedback, question.explanation]
    .filter((text) => text !== undefined)
    .join('\n\n');
  return {
    questionId: question.id,
    credit,
    points: roundHalfUp(question.points * credit),
    ...(feedback === '' ? {} : { feedback }),
  };
}

const clamp = (credit: number): number => Math.min(1, Math.max(0, credit));

/** 28.5 stays 28.5 though 100 × 0.285 is 28.499999999999996. */
const roundHalfUp = (points: number): number => Math.floor(points + 0.5 + 1e-9);
