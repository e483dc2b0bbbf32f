import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
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

/** Structured logs: JSON in production, one readable line a record in a terminal. Never anything about a person. */
export class AppLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(options: { level: string; pretty: boolean; process: string }) {
    this.pino = pino({
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
    });
  }

  /** The logger of a process, as its configuration wants it. */
  static of(process: string, config: Config): AppLogger {
    return new AppLogger({ level: config.LOG_LEVEL, pretty: config.NODE_ENV !== 'production', process });
  }

  log = (message: unknown, context?: string) =>
    this.write(context !== undefined && FRAMEWORK.has(context) ? 'debug' : 'info', message, context);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest.at(-1));
  warn = (message: unknown, context?: string) => this.write('warn', message, context);
  debug = (message: unknown, context?: string) => this.write('debug', message, context);
  verbose = (message: unknown, context?: string) => this.write('trace', message, context);
  fatal = (message: unknown, context?: string) => this.write('fatal', message, context);

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    context: unknown,
  ): void {
    const bound = typeof context === 'string' ? { context } : {};
    if (message instanceof Error) this.pino[level]({ ...bound, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...bound, ...message });
    else this.pino[level](bound, String(message));
  }
}
