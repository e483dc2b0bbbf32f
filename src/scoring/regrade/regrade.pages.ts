/** Below every id: where paging by id begins. */
export const FIRST_LEARNER = '00000000-0000-0000-0000-000000000000';
/** How many are regraded in one commit, which holds their rows. */
export const LEARNERS_AT_ONCE = 100;
