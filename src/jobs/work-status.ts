/** How far work is that a job does and its owner follows, such as a large import or a regrade. */
export const WORK_STATUSES = ['queued', 'running', 'done', 'failed'] as const;
export type WorkStatus = (typeof WORK_STATUSES)[number];

export const UNFINISHED: WorkStatus[] = ['queued', 'running'];
