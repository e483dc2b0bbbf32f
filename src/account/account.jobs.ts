/** What follows in Redis from a change of an account; the job names the user and no more. */
export const ACCOUNT_QUEUE = 'account.follow';
