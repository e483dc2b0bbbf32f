import { randomUUID } from 'node:crypto';
import { ToolError } from '../lib/run.mjs';
import { answerQuiz } from './answers.mjs';
import { shuffled } from './random.mjs';
import { nowMs, pause } from './time.mjs';

/**
 * @typedef {object} Played one accepted submission
 * @property {string} quizId
 * @property {string} id of the submission
 * @property {number} sentAt ms since 1970, by our clock, as the next two
 * @property {number} acceptedAt
 * @property {number} seenAt when the learner knew that it was scored
 * @property {boolean} byEvent whether an event told so, not a poll
 * @property {any} submission as last read
 * @property {Map<string, number>} known credit due, by question
 */

const EVENT_WITHIN_MS = 5_000;
const SCORED_WITHIN_MS = 60_000;

/**
 * One learner answers every quiz, in an order of its own, each after the one before was scored.
 * @param {import('./learners.mjs').Learner} learner
 * @param {import('./course.mjs').CourseQuiz[]} quizzes
 * @param {{ tally: import('./tally.mjs').Tally, signal: AbortSignal }} run
 * @param {Played[]} played receives each, so that it is known also when a later one fails
 */
export async function playQuizzes(learner, quizzes, run, played) {
  for (const quiz of shuffled(quizzes, learner.random)) {
    const submitted = await submit(learner, quiz);
    run.tally.accepted += 1;
    const seen = await untilScored(learner, submitted, run);
    run.tally.scored += 1;
    played.push({ ...submitted, ...seen });
  }
}

async function submit({ account, skill, random }, quiz) {
  const { questions, version } = await account.get(`/quizzes/${quiz.id}`);
  const { answers, known } = answerQuiz(questions, quiz.keys, skill, random);
  const { body, headers, sentAt, receivedAt } = await account.send(
    'POST',
    `/quizzes/${quiz.id}/submissions`,
    {
      body: { answers, quizVersion: version },
      headers: { 'idempotency-key': randomUUID() },
      repeatable: true,
    },
  );
  const pollMs = Number(headers.get('retry-after') ?? 1) * 1000;
  return { quizId: quiz.id, id: body.id, sentAt, acceptedAt: receivedAt, pollMs, known, submission: body };
}

/** By event for those who watch, with a poll in case it is lost; by polls as often as the server asked for others. */
async function untilScored({ account, watch, username }, { id, acceptedAt, pollMs }, { signal }) {
  for (;;) {
    const byEvent = watch ? await watch.hears(id, EVENT_WITHIN_MS, signal) : false;
    if (!watch) await pause(pollMs, signal);
    const submission = await account.get(`/submissions/${id}`);
    const seenAt = byEvent ? watch.log.scored.get(id).at : nowMs();
    if (submission.status !== 'queued') return { submission, byEvent, seenAt };
    if (nowMs() - acceptedAt > SCORED_WITHIN_MS)
      throw new ToolError(
        `${username}'s submission ${id} is still queued after ${SCORED_WITHIN_MS / 1000} s`,
      );
    if (byEvent) await pause(pollMs, signal);
  }
}
