import { Counter, Histogram } from 'prom-client';

/** What became of jobs in this process. */
export const jobOutcomes = new Counter({
  name: 'redistack_jobs_total',
  help: 'Jobs by what became of them: done, retried (failed or held up, and put aside), given_up, removed',
  labelNames: ['queue', 'outcome'] as const,
});

/** How long this process was at a batch of jobs. */
export const batchSeconds = new Histogram({
  name: 'redistack_job_batch_seconds',
  help: 'Time that a batch of jobs took; a job that runs alone is a batch',
  labelNames: ['queue'] as const,
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
});
