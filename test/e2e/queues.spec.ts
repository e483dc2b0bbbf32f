import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { freePort } from '../../tools/lib/ports.mjs';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { refusingInserts } from '../support/refusing-inserts.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

interface Queue {
  name: string;
  waiting: number;
  failed: number;
  completed: number;
  paused: boolean;
  oldestWaitingMs: number | null;
}
interface JobPage {
  data: {
    id: string;
    name: string;
    data: Record<string, unknown>;
    error: string | null;
    history: object[];
  }[];
  page: { nextCursor: string | null; hasMore: boolean };
}

const SCORE = 'submission.score';

let stack: Stack;
let admin: ApiClient;
let quiz: QuizView;
let learner: ApiClient;
const ports = new Map<string, number>();

beforeAll(async () => {
  // Nothing listens there: mails wait.
  const smtp = await freePort();
  for (const name of ['api', 'worker']) ports.set(name, await freePort());
  stack = await Stack.start({
    ...{ workers: 0 },
    env: {
      LIMIT_SUBMISSION: '1000/60',
      SMTP_URL: `smtp://127.0.0.1:${smtp}`,
      METRICS_PORT: String(ports.get('api')),
    },
  });
  stack.startWorker({ METRICS_PORT: String(ports.get('worker')) });
  admin = await stack.admin();
  quiz = await publishQuiz(await stack.author(), trueFalse(3));
  learner = await stack.client().signUp();
});
afterAll(async () => await stack.stop());

const queue = async (name: string) => {
  const { data } = (await admin.get<{ data: Queue[] }>('/admin/queues')).body;
  return data.find((one) => one.name === name);
};
const jobs = async (name: string, query: string) =>
  (await admin.get<JobPage>(`/admin/queues/${name}/jobs?${query}`)).body;
const submit = async () => {
  const answer = await learner.post<{ id: string }>(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, 2));
  expect(answer.status).toBe(202);
  return answer.body.id;
};
const status = async (id: string) =>
  (await learner.get<{ status: string }>(`/submissions/${id}`)).body.status;
const metrics = async (process: string) =>
  await (await fetch(`http://127.0.0.1:${ports.get(process)}/metrics`)).text();
const metric = async (process: string, line: string) => {
  const found = (await metrics(process)).split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.split(' ').at(-1));
};

describe('operators', () => {
  it('see every queue', async () => {
    const { data } = (await admin.get<{ data: Queue[] }>('/admin/queues')).body;
    expect(data.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['account.follow', 'mail.send', 'quiz.import', 'quiz.regrade', SCORE]),
    );
    await submit();
    // The worker may still be starting.
    await waitUntil('it is counted', async () => ((await queue(SCORE))?.completed ?? 0) > 0, 60_000);
    const [last] = (await jobs(SCORE, 'state=completed')).data;
    expect(last).toMatchObject({ name: SCORE, data: {}, error: null, history: [], priority: 'normal' });
  }, 90_000);

  it('pause a queue, page through what waits, remove from it, and let it go on', async () => {
    expect((await admin.once.post(`/admin/queues/${SCORE}/pause`)).status).toBe(204);
    const ids = [await submit(), await submit(), await submit()];
    await waitUntil('they wait', async () => (await queue(SCORE))?.waiting === 3);
    expect(await queue(SCORE)).toMatchObject({ paused: true, waiting: 3 });
    expect((await queue(SCORE))?.oldestWaitingMs).toBeGreaterThanOrEqual(0);

    const first = await jobs(SCORE, 'limit=2');
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.page.hasMore).toBe(true);
    const rest = await jobs(SCORE, `limit=2&cursor=${first.page.nextCursor}`);
    expect(rest.data.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(rest.page).toEqual({ hasMore: false, nextCursor: null });

    expect((await admin.send('DELETE', `/admin/queues/${SCORE}/jobs/${ids[1]}`)).status).toBe(204);
    expect((await jobs(SCORE, 'state=waiting')).data.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect((await admin.post(`/admin/queues/${SCORE}/resume`)).status).toBe(204);
    await waitUntil('all are settled', async () => {
      const all = await Promise.all(ids.map(status));
      return all.join() === 'scored,failed,scored';
    });
    const { data } = (
      await admin.get<{ data: { action: string }[] }>(`/admin/users/${admin.user.userId}/audit`)
    ).body;
    expect(data.slice(0, 3).map(({ action }) => action)).toEqual([
      'queue.resumed',
      'job.removed',
      'queue.paused',
    ]);
    const pause = async () => await admin.once.post(`/admin/queues/${SCORE}/pause`);
    expect((await refusingInserts(stack, 'audit_log', pause)).status).toBe(503);
    expect(await queue(SCORE)).toMatchObject({ paused: false });
  });

  it('see why jobs failed, and have them tried again', async () => {
    const id = await submitUnscorable();
    await waitUntil('given up', async () => (await status(id)) === 'failed', 60_000);
    await waitUntil('kept', async () => (await queue(SCORE))?.failed === 1);
    const [job] = (await jobs(SCORE, 'state=failed')).data;
    expect(job).toMatchObject({ id, attempts: 5 });
    expect(job?.history).toHaveLength(5);
    // What the database said is for the log alone.
    expect(job?.error).toBe('an unexpected error; see the log under this id');
    expect(JSON.stringify(job)).not.toContain('not this one');
    const log = (stack.workers[0]?.log ?? '').replaceAll('\n', '');
    expect(log.split(`"job":"${id}"`)).toHaveLength(6);
    expect(log).toContain('not this one');

    await stack.sql('DROP TRIGGER unscorable ON submissions');
    expect((await admin.post(`/admin/queues/${SCORE}/jobs/${id}/retry`)).status).toBe(204);
    await waitUntil('scored', async () => (await status(id)) === 'scored');
    expectProblem(await admin.post(`/admin/queues/${SCORE}/jobs/${id}/retry`), {
      status: 404,
      code: 'not_found',
    });
    expect((await admin.post(`/admin/queues/${SCORE}/retry-failed`)).body).toEqual({ retried: 0 });
  }, 90_000);

  /** A submission that the database does not let be scored. */
  async function submitUnscorable(): Promise<string> {
    await admin.once.post(`/admin/queues/${SCORE}/pause`);
    const id = await submit();
    await stack.sql(`
      CREATE FUNCTION unscorable() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id = '${id}' AND NEW.status = 'scored' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER unscorable BEFORE UPDATE ON submissions FOR EACH ROW EXECUTE FUNCTION unscorable()`);
    await admin.post(`/admin/queues/${SCORE}/resume`);
    return id;
  }

  it('are shown no secret of a mail that waits', async () => {
    const email = `${learner.user.username}@example.org`;
    await stack.client().post('/auth/otp', { email, purpose: 'login' });
    let found: JobPage['data'] = [];
    const states = ['waiting', 'active', 'delayed'];
    await waitUntil('it waits', async () => {
      const pages = await Promise.all(states.map((state) => jobs('mail.send', `state=${state}`)));
      found = pages.flatMap(({ data }) => data);
      return found.some(({ data }) => data['kind'] === 'otp') && found.some(({ error }) => error !== null);
    });
    expect(found.find(({ data }) => data['kind'] === 'otp')?.data).toEqual({ kind: 'otp', sealed: 'sealed' });
    expect(found.find(({ error }) => error !== null)?.error).toMatch(/mail server is away/);
    expect(JSON.stringify(found)).not.toContain(email);
  });

  it('are refused what is not there, and others everything', async () => {
    for (const path of ['/admin/queues', `/admin/queues/${SCORE}/jobs`]) {
      expectProblem(await learner.get(path), { status: 403, code: 'forbidden' });
      expectProblem(await stack.client().get(path), { status: 401, code: 'unauthenticated' });
    }
    const refusal = { status: 404, code: 'not_found' };
    expectProblem(await admin.get('/admin/queues/no.such/jobs'), refusal);
    expectProblem(await admin.post('/admin/queues/no.such/pause'), refusal);
    expectProblem(await admin.send('DELETE', `/admin/queues/${SCORE}/jobs/${newId()}`), refusal);
    expectProblem(await admin.post(`/admin/queues/${SCORE}/jobs/a%7Bb%7D/retry`), {
      ...{ status: 400, code: 'validation_failed', paths: ['id'] },
    });
    for (const query of ['state=lost', 'cursor=abc', 'limit=0'])
      expectProblem(await admin.get(`/admin/queues/${SCORE}/jobs?${query}`), {
        ...{ status: 400, code: 'validation_failed', paths: [query.split('=')[0] ?? ''] },
      });
  });

  it('read depth, age, outcomes and times of every queue as metrics of each process', async () => {
    for (const process of ['api', 'worker']) {
      const depth = `redistack_queue_jobs{queue="${SCORE}",state="waiting"}`;
      expect([process, await metric(process, depth)]).toEqual([process, 0]);
      expect(await metric(process, `redistack_queue_oldest_waiting_seconds{queue="${SCORE}"}`)).toBe(0);
      expect(await metric(process, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    }
    expect(await metric('worker', `redistack_jobs_total{queue="${SCORE}",outcome="done"}`)).toBeGreaterThan(
      2,
    );
    expect(await metric('worker', `redistack_jobs_total{queue="${SCORE}",outcome="given_up"}`)).toBe(1);
    expect(await metric('worker', `redistack_jobs_total{queue="${SCORE}",outcome="removed"}`)).toBe(1);
    expect(await metric('worker', `redistack_job_batch_seconds_count{queue="${SCORE}"}`)).toBeGreaterThan(2);
    expect((await fetch(`http://127.0.0.1:${ports.get('api')}/`)).status).toBe(404);
    expectProblem(await admin.get('/metrics'), { status: 404, code: 'not_found' });
  });

  it('watch them in the terminal', async () => {
    const { code, stdout } = await stack.run('dist/queues.js', '--once');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^queue +waiting +oldest +active +delayed +failed +done/);
    expect(stdout).toMatch(/^submission\.score +0 /m);
    const json = await stack.run('dist/queues.js', '--json');
    expect(JSON.parse(json.stdout)).toContainEqual(expect.objectContaining({ name: 'mail.send' }));
    expect(await stack.run('dist/queues.js', '--no-such')).toMatchObject({ code: 2 });
  });
});
