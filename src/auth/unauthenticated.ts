import { AppError } from '../common/errors.js';

export const unauthenticated = () =>
  new AppError('unauthenticated', {
    detail: 'Send the access token of a live session as Authorization: Bearer; refresh it, or sign in',
  });
