import { jobKind } from '../../jobs/job-kind.js';

/** Applies a corrected key: the job's id is the regrade's. One quiz at a time. */
export const applyRegrade = jobKind({
  name: 'quiz.regrade',
  promisedBy: 'rows',
  maxAttempts: 5,
  batchSize: 1,
});
