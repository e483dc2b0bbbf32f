import { AppError } from '../common/errors.js';
import { isOutage } from '../common/problem.js';
import { Failure } from './job.js';

/** What operators are told of an error: words of our own. What a store, a library or a bug says is for the log alone. */
export function failureText(error: Error): string {
  if (error instanceof Failure || error instanceof AppError) return error.message;
  return isOutage(error) ? 'a store was away' : 'an unexpected error; see the log under this id';
}
