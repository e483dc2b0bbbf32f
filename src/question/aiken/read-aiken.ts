import { counted, limited } from '../interchange/limited.js';
import { judged, type QuestionRead, rejection } from '../interchange/question-read.js';
import type { Finds } from '../interchange/reading.js';
import { type AikenBlock, aikenBlocks } from './aiken-blocks.js';

/**
 * Reads an Aiken file: a question, its options as `A. text` or `A) text`, and `ANSWER: A`.
 * @see https://docs.moodle.org/en/Aiken_format
 */
export function readAiken(text: string, limit: number): Finds<QuestionRead> {
  return limited(aikenBlocks(text), limit, ({ line }) => line, readBlock);
}

export function countAikenQuestions(text: string, limit: number): Generator<number, number> {
  return counted(aikenBlocks(text), limit);
}

function readBlock({ line, prompt, options, answer, problem }: AikenBlock): QuestionRead {
  const name = prompt.join(' ');
  const reason = problem ?? problemOf(options, answer);
  if (reason !== undefined) return rejection(line, name, reason);
  const outcome = judged({
    type: 'single_choice',
    prompt: prompt.join('\n'),
    promptFormat: 'plain',
    options: options.map(({ letter, text }) => ({ text, credit: letter === answer ? 1 : 0 })),
  });
  return 'reason' in outcome
    ? rejection(line, name, outcome.reason)
    : { category: '', question: outcome.question };
}

function problemOf(options: AikenBlock['options'], answer: string | undefined): string | undefined {
  if (options.length === 0) return 'it has no options such as "A. text"';
  const misplaced = options.find(({ letter }, at) => letter !== letterAt(at));
  if (misplaced) return `line ${misplaced.line}: the options must be lettered A, B, C and so on`;
  if (answer === undefined) return 'it has no line "ANSWER: " with a letter';
  return options.some(({ letter }) => letter === answer) ? undefined : `there is no option ${answer}`;
}

const letterAt = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);
