import { AppError } from '../common/errors.js';

export const noSuchQuiz = () => new AppError('not_found', { detail: 'There is no such quiz' });

export const conflict = () =>
  new AppError('version_conflict', {
    detail: 'Read the quiz again and repeat the change on what is there now',
  });
