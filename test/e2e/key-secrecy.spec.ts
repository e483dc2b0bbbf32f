import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer, ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { dumpOf } from '../support/redis-dump.js';
import { publishQuiz, type QuizView, type SubmissionView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';

/** Stands in every text and number that only the author may know. */
const MARK = 'zqxkey';
/** Numbers of the key: a credit, a value, a tolerance, a range. */
const NUMBERS = ['0.731357', '918273645', '0.000271828', '564738291', '564738292'];
const SECRET = new RegExp(
  [MARK, ...NUMBERS.map((number) => number.replace('.', String.raw`\.`))].join('|'),
  'i',
);

const secret = (what: string) => `${MARK} ${what}`;
const wrong = (text: string) => ({ text, credit: 0, feedback: secret('wrong') });
const QUESTIONS = [
  {
    ...{ type: 'single_choice', prompt: 'One', explanation: secret('explained') },
    options: [
      { text: 'A', credit: 1, feedback: secret('right') },
      { text: 'B', credit: 0.731357 },
      wrong('C'),
    ],
  },
  {
    ...{ type: 'multiple_choice', prompt: 'Some', explanation: secret('explained') },
    options: [
      { text: 'D', credit: 1, feedback: secret('right') },
      { text: 'E', credit: -0.731357 },
      wrong('F'),
    ],
  },
  {
    ...{ type: 'true_false', prompt: 'So?', correct: true, explanation: secret('explained') },
    feedback: { right: secret('right'), wrong: secret('wrong') },
  },
  {
    ...{ type: 'short_text', prompt: 'Say', explanation: secret('explained') },
    accepted: [{ text: secret('answer'), feedback: secret('right') }],
  },
  {
    ...{ type: 'numeric', prompt: 'How many?', explanation: secret('explained') },
    accepted: [
      { value: 918_273_645, tolerance: 0.000_271_828, feedback: secret('right') },
      { min: 564_738_291, max: 564_738_292, credit: 0.731_357 },
    ],
  },
  {
    ...{ type: 'matching', prompt: 'Match', explanation: secret('explained') },
    pairs: [
      { left: 'G', right: 'H' },
      { left: 'I', right: 'J' },
    ],
  },
  { type: 'ordering', prompt: 'Order', items: ['K', 'L', 'M'], explanation: secret('explained') },
];
interface Document {
  paths: Record<string, Record<string, unknown>>;
}

/** Routes that would leave the learner signed out, or gone. */
const ENDS_SESSION = /^(\w+ \/auth\/|DELETE \/me$)/;
/**
 * Words of the key's structure, as names in JSON: in what a learner is told before the score, and in what is sent, logged or
 * held anywhere, they have no business. JSON within JSON has its quotes escaped.
 */
const STRUCTURE =
  /\\*"(credit|correct|accepted|pairs|explanation|feedback|tolerance|distractors|leftId|rightId)\\*"/;

let stack: Stack;
let author: ApiClient;
let learner: ApiClient;
let open: QuizView;
let timed: QuizView;
let draft: QuizView;
let live: LiveClient;
/** What the learner was told so far, in answers and events. */
const told: string[] = [];

beforeAll(async () => {
  stack = await Stack.start({ workers: 0, env: { LOG_LEVEL: 'debug', LIMIT_SUBMISSION: '10000/60' } });
  author = await stack.author();
  learner = await stack.client().signUp();
  open = await publishQuiz(author, QUESTIONS);
  timed = await publishQuiz(author, QUESTIONS, { timeLimitSec: 600, shuffle: true });
  draft = (await author.post<QuizView>('/quizzes', { title: 'Draft', questions: QUESTIONS })).body;
  const key = await author.get(`/quizzes/${open.id}/key`);
  for (const text of [key.text, JSON.stringify(key.text)])
    for (const part of [SECRET, STRUCTURE]) expect(text).toMatch(part);
  live = await LiveClient.connect(stack.url(), learner);
  for (const topic of ['user', 'leaderboard:global', `leaderboard:quiz:${open.id}`])
    told.push(JSON.stringify(await live.subscribe({ topic })));
});
afterAll(async () => {
  live.close();
  await stack.stop();
});

const keep = <Body>(answer: Answer<Body>): Answer<Body> => {
  told.push(answer.text, JSON.stringify([...answer.headers]));
  return answer;
};
const asking = async (path: string) => keep(await learner.get(path));
const sent = async (method: string, path: string, body?: unknown) =>
  keep(await learner.send<SubmissionView>(method, path, body));

/** Neither what stands in the key nor what it is made of: in no event, log line or key of Redis. */
async function expectNowhere(): Promise<void> {
  const logs = [...stack.apis, ...stack.workers].map((process) => process.log);
  for (const text of [JSON.stringify(live.events), ...logs, await dumpOf(stack.redis)])
    for (const part of [SECRET, STRUCTURE]) expect(text).not.toMatch(part);
}

describe('a key is nobody’s but its author’s', () => {
  it('in no answer of any route to a learner, good or bad, before the score', async () => {
    const { paths } = (await learner.get<Document>('/docs/openapi.json')).body;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path.replace('/api/v1', '')] as const),
    );
    const asked = routes.filter(([method, path]) => !ENDS_SESSION.test(`${method} ${path}`));
    expect(asked.length).toBeGreaterThan(20);
    for (const [method, path] of asked) {
      const ids = path.includes('{id}') ? [open.id, timed.id, draft.id] : [''];
      for (const id of ids) {
        const filled = path.replace('{id}', id).replace('{board}', `quiz:${open.id}`);
        const here = filled.replace(/\{userId\}/, learner.user.userId).replace(/\{\w+\}/g, open.id);
        await sent(method, here, method === 'GET' ? undefined : {});
      }
    }
    for (const path of ['/quizzes?q=quiz', '/quizzes?mine=true', `/quizzes/${open.id}/export?format=gift`])
      await asking(path);
  });

  it('in no refusal of answers that are wrong in form, whatever was guessed', async () => {
    const guesses = ['guess', 12, true, null, [], {}, [randomUUID()], { [randomUUID()]: randomUUID() }];
    for (const { id: questionId } of open.questions) {
      for (const response of guesses.filter((guess) => typeof guess !== 'string'))
        await sent('POST', `/quizzes/${open.id}/submissions`, {
          answers: [{ questionId, response }, { questionId }],
        });
    }
  });

  it('in no submission that waits for its score, with or without an attempt', async () => {
    const attempt = await sent('POST', `/quizzes/${timed.id}/attempts`);
    expect(attempt.status).toBe(201);
    for (const [quiz, more] of [
      [open, {}],
      [timed, { attemptId: attempt.body.id }],
    ] as const) {
      const answers = quiz.questions
        .filter(({ type }) => type === 'short_text' || type === 'true_false')
        .map(({ id, type }) => ({ questionId: id, response: type === 'true_false' ? false : 'guess' }));
      const taken = await sent('POST', `/quizzes/${quiz.id}/submissions`, { answers, ...more });
      expect(taken.status).toBe(202);
      expect((await asking(`/submissions/${taken.body.id}`)).body).toMatchObject({ status: 'queued' });
    }
    await asking('/me/submissions');
  });

  it('as all that was told shows, and no event, log line or key of Redis says otherwise', async () => {
    expect(told.filter((text) => SECRET.test(text) || STRUCTURE.test(text))).toEqual([]);
    expect(stack.apis[0]?.log).toContain('/submissions');
    await expectNowhere();
  });

  it('and the score tells of it what was earned, to the learner alone', async () => {
    stack.startWorker();
    await untilScored(stack);
    const { body, text } = await learner.get<{ data: SubmissionView[] }>('/me/submissions');
    expect(body.data.map(({ status }) => status)).toEqual(['scored', 'scored']);
    expect(text).not.toMatch(SECRET);
    const each = await Promise.all(
      body.data.map(async ({ id }) => (await learner.get(`/submissions/${id}`)).text),
    );
    for (const one of each) {
      expect(one).toContain(secret('wrong'));
      expect(one).not.toContain(secret('answer'));
      expect(one).not.toMatch(new RegExp(NUMBERS.slice(1).join('|')));
    }

    await live.next('submission.scored');
    told.length = 0;
    for (const { id } of [open, timed, draft])
      for (const rest of ['', '/key', '/results']) await asking(`/quizzes/${id}${rest}`);
    await asking('/leaderboards/global');
    expect(told.filter((text) => SECRET.test(text) || STRUCTURE.test(text))).toEqual([]);
    expect(await dumpOf(stack.redis)).toContain('averageCredit');
    await expectNowhere();
  });
});
