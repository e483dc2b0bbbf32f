import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { HttpDrain } from './http-drain.js';

let answer: (text: string) => void;
let asked: Promise<void>;

@Controller()
class SlowController {
  private arrive: () => void = () => undefined;

  constructor() {
    asked = new Promise((resolve) => (this.arrive = resolve));
  }

  @Get('slow')
  async slow(): Promise<string> {
    this.arrive();
    return await new Promise((resolve) => (answer = resolve));
  }
}

describe('a server that stops', () => {
  let app: NestExpressApplication;
  let port: number;

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      controllers: [SlowController],
      providers: [HttpDrain],
    }).compile();
    app = module.createNestApplication<NestExpressApplication>({ logger: false });
    await app.listen(0, '127.0.0.1');
    port = Number(new URL(await app.getUrl()).port);
  });
  afterEach(async () => await app.close());

  const open = async (text: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };

  it('answers what is under way, and asks the client to come by another connection', async () => {
    const response = fetch(`http://127.0.0.1:${port}/slow`);
    await asked;
    const closed = app.close();
    const late = fetch(`http://127.0.0.1:${port}/nothing`);
    expect((await late).headers.get('connection')).toBe('close');
    answer('done');
    expect(await (await response).text()).toBe('done');
    await closed;
  });

  it('does not wait for those who never send all', async () => {
    app.get(HttpDrain).graceMs = 200;
    const half = [
      await open(''),
      await open('GET /slow HTTP/1.1\r\nHost: x\r\n'),
      await open('POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'),
    ];
    const gone = half.map(async (socket) => {
      await once(socket.resume(), 'close');
    });
    const startedAt = Date.now();
    await app.close();
    await Promise.all(gone);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });
});
