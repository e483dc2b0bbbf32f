import { jobKind } from '../../jobs/job-kind.js';

/** Reads a large file: the job's id is the import's. One at a time, so that memory is bounded. */
export const readImport = jobKind({
  name: 'quiz.import',
  promisedBy: 'rows',
  maxAttempts: 3,
  batchSize: 1,
});
