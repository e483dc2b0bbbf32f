import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { loadConfig } from '../config/environment.js';
import { isOutage } from '../common/problem.js';
import { Mailer } from './mailer.service.js';

const mailerAt = (port: number) => {
  Logger.overrideLogger(false);
  return new Mailer(
    loadConfig({
      NODE_ENV: 'test',
      REDIS_URL: 'redis://127.0.0.1:1',
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
      JWT_SECRET: 'a secret that only tests may ever know',
      SMTP_URL: `smtp://127.0.0.1:${port}`,
    }),
  );
};
const mail = (to: string, subject = 'Hello') => ({ to, subject, text: 'text', html: '<p>html</p>' });

describe('Mailer', () => {
  const raw: string[] = [];
  const recipients: string[] = [];
  let mailer: Mailer;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      recipients.push(address);
      done(
        address.startsWith('gone') ? Object.assign(new Error(`no ${address}`), { responseCode: 550 }) : null,
      );
    },
    onData: (stream, _session, done) =>
      void stream.toArray().then((chunks: Buffer[]) => {
        raw.push(Buffer.concat(chunks).toString());
        done();
      }),
  });

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    mailer = mailerAt((server.server.address() as AddressInfo).port);
  });
  afterAll(async () => await new Promise<void>((done) => server.close(() => done())));

  it('sends both parts to the one address', async () => {
    await mailer.send('job-1', mail('ada@example.org'));
    expect(recipients.splice(0)).toEqual(['ada@example.org']);
    const [sent = ''] = raw.splice(0);
    expect(sent).toMatch(/^Message-ID: <job-1@redistack>\r$/m);
    expect(sent).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect([...sent.matchAll(/^Content-Type: ([\w/]+)/gm)].map(([, type]) => type)).toEqual([
      ...['multipart/alternative', 'text/plain', 'text/html'],
    ]);
  });

  it.each([
    'ada@example.org\r\nBcc: eve@example.org',
    'ada@example.org, eve@example.org',
    '"ada@example.org x"@evil.example',
    'Ada <eve@example.org>',
    'ada',
  ])('sends nothing to %j', async (to) => {
    await expect(mailer.send('job-2', mail(to))).rejects.toThrow('not plain');
    await expect(mailer.send('job-2', mail('ada@example.org', `x\r\nBcc: ${to}`))).rejects.toThrow(
      'not plain',
    );
    expect([recipients, raw]).toEqual([[], []]);
  });

  it('names no address when the server refuses it, and tells an outage', async () => {
    const refused = await mailer.send('job-3', mail('gone@example.org')).catch((error: unknown) => error);
    expect(String(refused)).toBe('Error: The mail server did not take it: EENVELOPE 550');
    expect(isOutage(refused)).toBe(false);
    const away = await mailerAt(1)
      .send('job-4', mail('ada@example.org'))
      .catch((error: unknown) => error);
    expect(String(away)).not.toContain('ada');
    expect(isOutage(away)).toBe(true);
  });
});
