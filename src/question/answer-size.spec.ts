import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyResponseTo } from '../../test/support/arbitrary-answers.js';
import { anyQuestion } from '../../test/support/arbitrary-questions.js';
import { pass, refusal } from '../../test/support/body.js';
import { answersTooLarge, fullAnswersBytes, MAX_ANSWERS_BYTES } from './answer-size.js';
import { type QuestionDto, QuestionList } from './dto/question.dto.js';
import { withIds } from './question-ids.js';
import type { AuthoredQuestion } from './question.types.js';

class QuizBody {
  @QuestionList()
  questions: QuestionDto[];
}

const ordering = (count: number, items = 8): AuthoredQuestion[] =>
  Array.from({ length: count }, () => ({
    type: 'ordering',
    prompt: 'x',
    items: Array.from({ length: items }, (_, at) => `i${at}`),
  }));

describe('the size of a full answer', () => {
  it('is that of its JSON', () => {
    const questions = withIds(ordering(200));
    const answers = questions.map((question) => ({
      questionId: question.id,
      response: question.type === 'ordering' ? question.items.map(({ id }) => id) : [],
    }));
    expect(fullAnswersBytes(questions)).toBe(Buffer.byteLength(JSON.stringify({ answers })));
    expect(fullAnswersBytes(questions)).toBe(75_813);
    expect(fullAnswersBytes(ordering(200))).toBe(75_813);
  });

  it('is by the longest text as JSON writes it', () => {
    const short = (...texts: string[]): AuthoredQuestion => ({
      type: 'short_text',
      prompt: 'x',
      accepted: texts.map((text) => ({ text })),
    });
    const sizes = [short('aaaa'), short('aaaa', '""""'), short('éé', '😀')].map((question) =>
      fullAnswersBytes([question]),
    );
    expect(sizes.map((size) => size - fullAnswersBytes([short('')]))).toEqual([4, 8, 4]);
  });

  it('is never below that of an answer that earns something, whatever is asked', () => {
    const quiz = fc
      .array(anyQuestion, { minLength: 1, maxLength: 5 })
      .map(withIds)
      .chain((questions) => fc.tuple(fc.constant(questions), fc.tuple(...questions.map(anyResponseTo))));
    fc.assert(
      fc.property(quiz, ([questions, responses]) => {
        const answers = questions.map((question, at) => ({
          questionId: question.id,
          response: question.type === 'short_text' ? question.accepted[0]?.text : responses[at],
        }));
        expect(Buffer.byteLength(JSON.stringify({ answers }))).toBeLessThanOrEqual(
          fullAnswersBytes(questions),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('leaves room for what stands beside the answers', () => {
    const beside = { quizVersion: 1_000_000, attemptId: '00000000-0000-0000-0000-000000000000' };
    expect(MAX_ANSWERS_BYTES + JSON.stringify(beside).length).toBeLessThanOrEqual(64 * 1024);
  });

  it('decides whether a quiz may be', async () => {
    const largest = Math.floor((MAX_ANSWERS_BYTES - 13) / 379);
    const body = (count: number) => JSON.stringify({ questions: ordering(count) });
    expect(answersTooLarge(ordering(largest), '')).toBeUndefined();
    await pass(QuizBody, body(largest));
    expect(await refusal(QuizBody, body(largest + 1))).toEqual([
      `questions: a full answer would take ${13 + (largest + 1) * 379} bytes, and a submission holds ${MAX_ANSWERS_BYTES}: make several quizzes of them`,
    ]);
  });

  it('cares for nothing that is refused anyway', async () => {
    const junk = [
      null,
      1,
      {},
      { type: 'ordering' },
      { type: 'matching', pairs: {} },
      { type: 'short_text', accepted: [null] },
    ];
    expect(await refusal(QuizBody, JSON.stringify({ questions: junk }))).not.toEqual([]);
  });
});
