import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { importQuestions } from '../interchange/import-questions.js';

const read = (name: string) =>
  readFileSync(new URL(`../../../examples/${name}.gift`, import.meta.url), 'utf8');

describe.each(['redis-basics', 'redis-patterns'])('examples/%s.gift', (name) => {
  const { quizzes, accepted, rejected } = importQuestions('gift', read(name), { quizSize: 20 });
  const questions = quizzes.flatMap((quiz) => quiz.questions);

  it('is one quiz of 20 questions with none rejected', () => {
    expect(rejected).toEqual([]);
    expect([accepted, quizzes.length]).toEqual([20, 1]);
  });

  it('shows every type that GIFT can carry', () => {
    const types = new Set(questions.map(({ type }) => type));
    expect([...types].sort()).toEqual([
      'matching',
      'multiple_choice',
      'numeric',
      'short_text',
      'single_choice',
      'true_false',
    ]);
  });

  it('says something to the learner at nearly every question, and leaves no escape behind', () => {
    const silent = questions.filter((question) => !/feedback|explanation/.test(JSON.stringify(question)));
    expect(silent.length).toBeLessThanOrEqual(3);
    expect(JSON.stringify(questions)).not.toMatch(/\\\\|&&/);
  });
});
