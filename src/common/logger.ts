import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { Config } from '../config/environment.js';
import { currentRequestId } from './request-context.js';

// What Nest tells of its own start.
const FRAMEWORK = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Structured logs: JSON in production, one readable line a record in a terminal. Never anything about a person. */
export class AppLogger implements LoggerService {
  private readonly pino: Logger;

  /** @param to standard output when left out */
  constructor(options: { level: string; pretty: boolean; process: string }, to?: DestinationStream) {
    const settings: LoggerOptions = {
      level: options.level,
      base: { process: options.process, pid: process.pid },
      mixin: () => ({ requestId: currentRequestId() }),
      redact: ['*.password', '*.authorization', '*.token', '*.email', 'err.config', 'err.command'],
      ...(options.pretty
        ? {
            transport: {
              target: 'pino-pretty',
              options: { singleLine: true, ignore: 'pid,hostname,process', translateTime: 'HH:MM:ss.l' },
            },
          }
        : {}),
    };
    this.pino = to ? pino(settings, to) : pino(settings);
  }

  /** The logger of a process, as its configuration wants it. */
  static of(process: string, config: Config): AppLogger {
    return new AppLogger({ level: config.LOG_LEVEL, pretty: config.NODE_ENV !== 'production', process });
  }

  log = (message: unknown, ...rest: unknown[]) => this.write(levelOfLog(rest.at(-1)), message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);

  /** @param rest what was said beside an object, if anything, and the context, which Nest puts last */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const text = rest.length > 1 ? rest[0] : undefined;
    const bound = typeof context === 'string' ? { context } : {};
    if (message instanceof Error) this.pino[level]({ ...bound, err: message }, message.message);
    else if (typeof message !== 'object' || message === null) this.pino[level](bound, String(message));
    else this.pino[level]({ ...bound, ...message }, typeof text === 'string' ? text : undefined);
  }
}

const levelOfLog = (context: unknown): Level =>
  typeof context === 'string' && FRAMEWORK.has(context) ? 'debug' : 'info';
