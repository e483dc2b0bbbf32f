import { jobKind } from '../jobs/job-kind.js';

/** Scores a submission: the job's id is the submission's. */
export const scoreSubmission = jobKind({
  name: 'submission.score',
  promisedBy: 'rows',
  maxAttempts: 5,
  batchSize: 100,
});
