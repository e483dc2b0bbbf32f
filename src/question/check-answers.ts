import type { FieldError } from '../common/errors.js';
import { storable } from '../common/json-body.js';
import { LIMITS } from './question.limits.js';
import type { StoredMatching, StoredQuestion } from './question.types.js';
import { codePoints } from './text.js';

/** What a learner answers to one question; the shape of `response` follows from the question's type (contract, section 3). */
export interface Answer {
  questionId: string;
  response: unknown;
}

/**
 * What is wrong with answers, before anything is stored; empty when they can be graded.
 * @returns one entry an answer, with paths such as `answers.2.response`
 */
export function checkAnswers(questions: readonly StoredQuestion[], answers: readonly Answer[]): FieldError[] {
  const byId = new Map(questions.map((question) => [question.id, question]));
  const seen = new Set<string>();
  return answers.flatMap(({ questionId, response }, index) => {
    const question = byId.get(questionId);
    const path = `answers.${index}`;
    if (!question) return [{ path: `${path}.questionId`, message: 'is no question of this quiz' }];
    if (seen.has(questionId)) return [{ path: `${path}.questionId`, message: 'is answered twice' }];
    seen.add(questionId);
    const message = problemOf(question, response);
    return message === null ? [] : [{ path: `${path}.response`, message }];
  });
}

function problemOf(question: StoredQuestion, response: unknown): string | null {
  switch (question.type) {
    case 'single_choice':
      return problemOfOption(response, new Set(question.options.map(({ id }) => id)));
    case 'multiple_choice':
      return problemOfIds(response, new Set(question.options.map(({ id }) => id)), 'option');
    case 'true_false':
      return typeof response === 'boolean' ? null : 'must be true or false';
    case 'short_text':
      return problemOfText(response);
    case 'numeric':
      return Number.isFinite(response) ? null : 'must be a finite number';
    case 'matching':
      return problemOfMatches(response, question);
    case 'ordering':
      return problemOfOrder(response, new Set(question.items.map(({ id }) => id)));
  }
}

function problemOfOption(response: unknown, options: Set<string>): string | null {
  if (typeof response !== 'string') return 'must be the id of an option';
  return options.has(response) ? null : 'is no option of this question';
}

function problemOfIds(response: unknown, known: Set<string>, noun: 'option' | 'item'): string | null {
  if (!Array.isArray(response)) return `must be a list of ${noun} ids`;
  const ids = new Set<unknown>(response);
  if (ids.size < response.length) return `names an ${noun} twice`;
  return [...ids].every((id) => typeof id === 'string' && known.has(id))
    ? null
    : `names something that is no ${noun} of this question`;
}

function problemOfOrder(response: unknown, items: Set<string>): string | null {
  const problem = problemOfIds(response, items, 'item');
  if (problem !== null) return problem;
  return Array.isArray(response) && response.length === items.size ? null : 'must name every item once';
}

function problemOfText(response: unknown): string | null {
  if (typeof response !== 'string') return 'must be a text';
  if (codePoints(response) > LIMITS.responseLength)
    return `must not be longer than ${LIMITS.responseLength} characters`;
  return storable(response) ? null : 'must not contain NUL or lone surrogates';
}

function problemOfMatches(response: unknown, { pairs, distractors }: StoredMatching): string | null {
  if (typeof response !== 'object' || response === null || Array.isArray(response)) {
    return 'must be an object of left ids and right ids';
  }
  const lefts = new Set(pairs.map(({ leftId }) => leftId));
  const rights = new Set([...pairs.map(({ rightId }) => rightId), ...distractors.map(({ id }) => id)]);
  const entries: [string, unknown][] = Object.entries(response);
  if (!entries.every(([left]) => lefts.has(left))) return 'names a left that is none of this question';
  return entries.every(([, right]) => typeof right === 'string' && rights.has(right))
    ? null
    : 'names a right that is none of this question';
}
