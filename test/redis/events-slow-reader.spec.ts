import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLiveApp, type LiveApp } from '../support/live-app.js';
import { TopicClient } from '../support/topic-client.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { appendScript, roomKeys } from '../support/topics.js';
import { waitUntil } from '../support/wait-until.js';

const MIB = 1024 * 1024;

describe('a client that stops reading', () => {
  let store: TestRedis;
  let live: LiveApp;
  beforeAll(async () => {
    store = await startTestRedis();
    live = await startLiveApp(store.config);
  });
  afterAll(async () => {
    await live.app.close();
    await store.stop();
  });

  const isFollowed = async (stream: string) => (await store.redis.pubsub('CHANNELS', stream)).length > 0;

  it('is cut before it costs much memory, while others hear everything', async () => {
    const [deaf, alert] = [roomKeys('deaf'), roomKeys('alert')];
    const [stopped, reader] = await Promise.all([
      new TopicClient(live.url, 'ann/s1').connected(),
      new TopicClient(live.url, 'bob/s2').connected(),
    ]);
    await stopped.subscribe('room:deaf');
    await reader.subscribe('room:alert');
    stopped.stopReading();

    const before = process.memoryUsage().rss;
    const data = 'x'.repeat(16 * 1024);
    let sent = 0;
    for (; sent < 5_000 && (await isFollowed(deaf.stream)); sent += 1) {
      await store.scripts.run(appendScript, { keys: deaf, type: 'made', data });
      if (sent % 50 === 0) await store.scripts.run(appendScript, { keys: alert, type: 'made', data: sent });
    }
    expect(await isFollowed(deaf.stream)).toBe(false);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MIB);
    const told = Math.ceil(sent / 50);
    await reader.hears('everything', (heard) => heard.length === told);
    expect(reader.seqs('room:alert')).toEqual(Array.from({ length: told }, (_, index) => index + 1));
    expect(reader.socket.connected).toBe(true);
    stopped.close();
    reader.close();
  }, 30_000);

  it('is cut too when it polls and polls no more', async () => {
    const room = roomKeys('gone');
    const polling = `${live.url}/socket.io/?EIO=4&transport=polling`;
    const opened = await (await fetch(polling)).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    const send = async (packet: string) => {
      await fetch(`${polling}&sid=${sid}`, { method: 'POST', body: packet });
    };
    await send('40{"token":"cid/s3"}');
    const welcome = await (await fetch(`${polling}&sid=${sid}`)).text();
    expect(welcome).toMatch(/^40/);
    await send('42["subscribe",{"topic":"room:gone"}]');
    await waitUntil('it is subscribed', async () => await isFollowed(room.stream));
    let bytes = 0;
    for (; bytes < 16 * MIB && (await isFollowed(room.stream)); bytes += 16 * 1024)
      await store.scripts.run(appendScript, {
        keys: room,
        type: 'made',
        data: 'x'.repeat(16 * 1024),
      });
    expect(bytes).toBeLessThan(5 * MIB);
  }, 30_000);
});
