import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isCounted, tellLimits } from '../rate-limit/rate-limit.headers.js';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';
import { ANONYMOUS_LIMIT } from '../rate-limit/rule.js';
import type { AppError } from './errors.js';
import { toAppError, toProblem } from './problem.js';

/** Answers every HTTP error as application/problem+json; only the log sees causes. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly limiter: RateLimiter) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    await this.answer(thrown, http.getRequest<Request>(), http.getResponse<Response>());
  }

  async answer(thrown: unknown, request: Request, response: Response): Promise<void> {
    const error = await this.counted(toAppError(thrown), request, response);
    const path = pathOf(request);
    this.log(error, path);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.details.retryAfterSec !== undefined) {
      response.setHeader('Retry-After', Math.max(1, Math.ceil(error.details.retryAfterSec)));
    }
    if (error.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response
      .status(error.status)
      .type('application/problem+json')
      .send(JSON.stringify(toProblem(error, path)));
  }

  /** What was refused before the guard, for its body or because there is no such path, counts as a stranger's. */
  private async counted(error: AppError, { ip }: Request, response: Response): Promise<AppError> {
    if (error.status >= 500 || isCounted(response)) return error;
    try {
      const windows = this.limiter.windows.for({ ip, body: undefined, params: {} }, [ANONYMOUS_LIMIT]);
      tellLimits(response, await this.limiter.spend(windows));
      return error;
    } catch (refusal) {
      return toAppError(refusal);
    }
  }

  // What is away is told in a line; only what nobody expected brings its stack.
  private log(error: AppError, path: string): void {
    const { cause } = error.details;
    if (error.code === 'internal') this.logger.error({ err: cause ?? error, path });
    else if (error.status >= 500) {
      const why = cause instanceof Error ? cause.message : error.message;
      this.logger.warn({ code: error.code, path, why });
    }
  }
}

/** The path asked for; `request.path` is relative to where a router is mounted. Without the query, which may name a person. */
const pathOf = (request: Request): string => request.originalUrl.replace(/\?.*$/s, '');
