import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AppLogger } from './logger.js';

/** What a process prints, as JSON, while `say` runs. */
function printed(say: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const logger = new AppLogger(
    { level: 'debug', pretty: false, process: 'test' },
    { write: (line) => void lines.push(line) },
  );
  Logger.overrideLogger(logger);
  say(new Logger('Socket'));
  Logger.overrideLogger(false);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it.each(['error', 'warn', 'debug'] as const)('says what happened beside the reason: %s', (level) => {
    const [line] = printed((logger) => logger[level]({ err: new Error('closed') }, 'it was not sent'));
    expect(line).toMatchObject({ msg: 'it was not sent', context: 'Socket', err: { message: 'closed' } });
  });

  it('says a text with its context', () => {
    const [line] = printed((logger) => logger.error('it was not sent'));
    expect(line).toMatchObject({ level: 50, msg: 'it was not sent', context: 'Socket' });
  });
});
