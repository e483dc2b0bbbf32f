import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AppError } from './errors.js';
import { toAppError, toProblem } from './problem.js';

/** Counts requests that were refused before any limit was: for their body, or because there is no such path. */
export abstract class EarlyRefusals {
  /** @throws AppError rate_limited when there were too many */
  abstract count(request: Request, response: Response): Promise<void>;
}

/** Answers every HTTP error as application/problem+json; only the log sees causes. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly refusals: EarlyRefusals) {}

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

  private async counted(error: AppError, request: Request, response: Response): Promise<AppError> {
    if (error.status >= 500) return error;
    try {
      await this.refusals.count(request, response);
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
