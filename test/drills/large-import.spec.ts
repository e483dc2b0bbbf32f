import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { imported, type ImportProgress, type ImportResult, manyQuestions } from '../support/imports.js';
import { told, watchMemory } from '../support/memory.js';
import { Stack } from '../support/stack.js';

const QUESTIONS = 10_000;
const LARGE = manyQuestions(QUESTIONS);
/** Far above what it takes: the file, its questions and their JSON a few times over. */
const MOST_MB = 600;

let stack: Stack;
let author: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 1 });
  author = await stack.author();
});
afterAll(async () => await stack.stop());

const secondsSince = (startedAt: number): string => ((performance.now() - startedAt) / 1000).toFixed(1);

/** Asks the API for a sign of life again and again, until the returned function is called. @returns the longest wait in ms */
function watchPatience(): () => Promise<number> {
  let [longest, isOver] = [0, false];
  const watching = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      await fetch(`${stack.url()}/health/live`);
      longest = Math.max(longest, performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    return Math.round(longest);
  };
}

it(`a file of ${QUESTIONS} questions and 5 MB goes in within bounds, and shows how far it is`, async () => {
  const [memory, patience, startedAt] = [watchMemory(stack), watchPatience(), performance.now()];
  const { status, body } = await author.post<ImportProgress>(
    '/quizzes/import?publish=true&quizSize=100',
    LARGE,
  );
  const acceptedAfter = secondsSince(startedAt);
  expect([status, body.total]).toEqual([202, QUESTIONS]);
  const seen = new Set<number>();
  const { result } = await imported(author, body.id, 60_000, ({ processed }) => void seen.add(processed));
  const doneAfter = secondsSince(startedAt);
  const [peaks, longestMs] = [memory(), await patience()];
  expect([result?.accepted, result?.rejected.length, result?.quizzes.length]).toEqual([9_900, 100, 99]);
  expect([...seen].some((processed) => processed > 0 && processed < QUESTIONS)).toBe(true);
  expect(Math.max(...peaks.values())).toBeLessThan(MOST_MB);
  console.info(
    `${QUESTIONS} questions in ${(LARGE.length / 1024 / 1024).toFixed(1)} MB: accepted after ${acceptedAfter} s, in after ` +
      `${doneAfter} s; at most ${told(peaks)}; nobody else waited longer than ${longestMs} ms`,
  );
});

describe('a hostile file of 5 MB', () => {
  const filled = (opening: string, junk: string) =>
    opening + junk.repeat(Math.floor((5 * 1024 * 1024 - opening.length) / junk.length));

  it.each([
    ['elements within elements', filled('<quiz><question type="truefalse">', '<a>')],
    ['braces', filled('Q {', '{')],
    ['an option of Aiken', `${filled('Q?\nA.', ' ').slice(0, -100)}x\u2028x\nB. b\nANSWER: B`],
  ])('keeps nobody waiting: %s', async (what, file) => {
    const [patience, startedAt] = [watchPatience(), performance.now()];
    const { status, body } = await author.post<ImportResult>('/quizzes/import?dryRun=true', file);
    const [seconds, longestMs] = [secondsSince(startedAt), await patience()];
    expect([status, body.accepted + body.rejected.length]).toEqual([200, 1]);
    console.info(`${what}: ${seconds} s; nobody else waited longer than ${longestMs} ms`);
  });
});
