import { AppError } from '../../src/common/errors.js';
import { validationPipe } from '../../src/common/validation.js';

/** A request body as a controller receives it, after the application's own pipe. */
export async function pass(metatype: new () => object, body: string): Promise<unknown> {
  return await validationPipe().transform(JSON.parse(body), { type: 'body', metatype });
}

/** The errors the pipe answers a body with, as "path: message"; empty if it passes. */
export async function refusal(metatype: new () => object, body: string): Promise<string[]> {
  try {
    await pass(metatype, body);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.details.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
  }
}
