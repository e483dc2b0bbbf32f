/**
 * How long anybody waits until PostgreSQL has taken up what they ask, or to learn what became of it: an outage is told
 * within a second (the contract's section 1). Tests on busy machines lengthen it.
 */
export const patience = { answerMs: 900 };
