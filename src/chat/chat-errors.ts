import { AppError } from '../common/errors.js';

/** For who is no member, too: nobody else learns that it exists. */
export const noSuchConversation = () =>
  new AppError('not_found', { detail: 'You are in no such conversation' });

export const noSuchMessage = () => new AppError('not_found', { detail: 'There is no such message of yours' });

export const blocked = () =>
  new AppError('forbidden', { detail: 'One of you has blocked the other, or is no longer here' });

export const forOwners = () => new AppError('forbidden', { detail: 'Only the owner of a group may do that' });
