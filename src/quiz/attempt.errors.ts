import { AppError } from '../common/errors.js';

export const exhausted = () =>
  new AppError('attempts_exhausted', { detail: 'You have used all attempts at this quiz' });

export const handedIn = () =>
  new AppError('attempts_exhausted', {
    detail: 'This attempt was handed in already; begin another one with POST /quizzes/{id}/attempts',
  });

export const replaced = (current: number) =>
  new AppError('quiz_not_open', {
    detail: `This version was replaced a day ago or more; read the quiz again and take version ${current}`,
  });

export const late = () => new AppError('quiz_not_open', { detail: 'The time for this attempt is over' });
