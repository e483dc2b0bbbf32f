import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secrets } from '../../src/config/secrets.js';
import { Outbox } from '../../src/jobs/outbox.service.js';
import { processorOf } from '../../src/jobs/promised-jobs.js';
import { MailComposers } from '../../src/mail/mail-composers.service.js';
import { MailEnvelope } from '../../src/mail/mail-envelope.js';
import { sendMail } from '../../src/mail/mail.jobs.js';
import { MailProcessor } from '../../src/mail/mail.processor.js';
import { MailService } from '../../src/mail/mail.service.js';
import { Mailer } from '../../src/mail/mailer.service.js';
import { keys } from '../../src/redis/keys.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { queueOn, QUICK } from '../support/queue.js';
import { startTestRedis, testConfig, type TestRedis } from '../support/redis.js';
import { SmtpScript } from '../support/smtp-script.js';
import { waitUntil } from '../support/wait-until.js';

const { maxAttempts } = sendMail;

describe('mails to a mail server that misbehaves', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let queue: ReturnType<typeof queueOn>;
  let server: SmtpScript;
  let mails: MailService;
  let stop: () => void;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
  });
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.$executeRaw`TRUNCATE outbox`;
    queue = queueOn(redis);
  });
  afterEach(async () => {
    await queue.workers.beforeApplicationShutdown();
    stop();
    await server.stop();
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  const start = async (options: { patience?: number; port?: number } = {}) => {
    server = await SmtpScript.start(options);
    const envelope = new MailEnvelope(new Secrets(['a secret that only tests may ever know']));
    const outbox = new Outbox(postgres.database, queue.queues);
    const composers = new MailComposers();
    composers.register('otp', async ({ secret }) => {
      return await Promise.resolve({
        to: secret['email'] ?? '',
        subject: 'Hello',
        text: 'text',
        html: '<p>text</p>',
      });
    });
    const mailer = new Mailer(testConfig({ SMTP_URL: server.url }));
    stop = () => mailer.onApplicationShutdown();
    const processor = new MailProcessor(mailer, composers, envelope);
    mails = new MailService(outbox, envelope, postgres.database);
    queue.workers.start(
      processorOf(sendMail, { one: async (job) => await processor.send(job as never) }, outbox),
      { ...QUICK, retryCapMs: 30 },
    );
  };
  const send = async (...recipients: string[]) => {
    for (const email of recipients) await mails.request({ kind: 'otp', secret: { email } });
  };
  const settled = async (withinMs?: number) => {
    await waitUntil('all are settled', async () => (await postgres.database.outbox.count()) === 0, withinMs);
    await waitUntil('none is held', async () => {
      const { waiting, active, delayed } = await queue.stats('mail.send');
      return waiting + active + delayed === 0;
    });
  };
  const failed = async () =>
    (await queue.inspector.list('mail.send', 'failed', 0, 100)).jobs.map(({ error }) => error);
  const taken = (recipient: string) => server.taken.get(recipient) ?? [];

  it('are sent one after the other over one connection, each once', async () => {
    await start();
    const all = Array.from({ length: 30 }, (_none, n) => `ok.${n}@example.org`);
    await send(...all);
    await settled();
    expect(all.map((one) => taken(one).length)).toEqual(all.map(() => 1));
    expect(server.connections).toBe(1);
  });

  it('are tried again when it is busy, as often as they may be, and no more', async () => {
    await start();
    await send('busy.1@example.org', 'ok.1@example.org');
    await settled(20_000);
    expect(server.tries.get('busy.1@example.org')).toBe(maxAttempts);
    expect(await failed()).toEqual(['The mail server did not take it: EENVELOPE 451']);
    expect(taken('ok.1@example.org')).toHaveLength(1);
  });

  it('arrive once it is no longer busy', async () => {
    await start({ patience: 3 });
    await send('busy.1@example.org');
    await settled();
    expect([server.tries.get('busy.1@example.org'), taken('busy.1@example.org').length]).toEqual([4, 1]);
  });

  it('are given up at once when nobody has the name', async () => {
    await start();
    await send('gone.1@example.org', 'gone.2@example.org', 'ok.1@example.org');
    await settled();
    expect([...server.tries.values()]).toEqual([1, 1, 1]);
    expect(await failed()).toEqual(Array<string>(2).fill('The mail server did not take it: EENVELOPE 550'));
  });

  it('arrive once more for each time it took one and did not say so, under the same Message-ID', async () => {
    await start({ patience: 2 });
    await send('drop.1@example.org', 'ok.1@example.org');
    await settled();
    expect(taken('drop.1@example.org')).toHaveLength(3);
    expect(new Set(taken('drop.1@example.org')).size).toBe(1);
    expect(taken('ok.1@example.org')).toHaveLength(1);
  });

  it('are not repeated without end to one that never says so', async () => {
    await start();
    await send('drop.1@example.org');
    await settled(20_000);
    expect(taken('drop.1@example.org')).toHaveLength(maxAttempts);
    expect(await failed()).toEqual(['The mail server fell silent when it had the mail: ECONNECTION']);
  });

  it('wait out one that does not answer any more, and are counted as tried', async () => {
    await start({ patience: 1 });
    await send('deaf.1@example.org');
    await settled(20_000);
    expect([server.tries.get('deaf.1@example.org'), taken('deaf.1@example.org').length]).toEqual([2, 1]);
  });

  it('wait for one that is away, however often they were tried', async () => {
    await start();
    const { port } = new URL(server.url);
    await server.stop();
    await send('ok.1@example.org');
    await waitUntil('tried in vain, and again', async () => {
      const [job] = (await queue.inspector.list('mail.send', 'delayed', 0, 1)).jobs;
      if (job?.error !== 'The mail server is away: ESOCKET') return false;
      return Number(await redis.redis.hget(keys.queue.job('mail.send', job.id), 'outages')) > 2;
    });
    server = await SmtpScript.start({ port: Number(port) });
    await settled(20_000);
    expect(taken('ok.1@example.org')).toHaveLength(1);
    expect(await failed()).toEqual([]);
  });
});
