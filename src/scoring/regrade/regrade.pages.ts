/** Below every id: where paging by id begins. */
export const FIRST_LEARNER = '00000000-0000-0000-0000-000000000000';
/** How many are regraded in one commit, which holds their rows; fewer where they handed in more than this between them. */
export const LEARNERS_AT_ONCE = 100;
export const SUBMISSIONS_AT_ONCE = 1_000;
/** How many answers are in memory at once, of up to 64 KB each. */
export const ANSWERS_AT_ONCE = 100;
/** Of one commit: a learner who handed in thousands takes seconds. */
export const PAGE_TIMEOUT_MS = 60_000;
