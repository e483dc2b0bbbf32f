import type { ApiClient } from './api-client.js';
import { waitUntil } from './wait-until.js';

export interface ImportResult {
  quizzes: { id?: string; title: string; questionCount: number }[];
  accepted: number;
  rejected: { line: number; name: string; reason: string }[];
}

export interface ImportProgress {
  id: string;
  status: 'queued' | 'running' | 'done' | 'failed';
  processed: number;
  total: number;
  result?: ImportResult;
  reason?: string;
}

/** A GIFT file of questions of about 500 bytes each, every hundredth of them bad. */
export const manyQuestions = (count: number): string =>
  Array.from({ length: count }, (_, at) =>
    at % 100 === 99
      ? `::Bad ${at}::Broken {=a\n`
      : `::Q${at}::Question ${at}? ${'x'.repeat(400)} {=right ${at}#Yes ~wrong#No ~%50%half}\n`,
  ).join('\n');

export const importProgress = async (author: ApiClient, id: string): Promise<ImportProgress> =>
  (await author.get<ImportProgress>(`/imports/${id}`)).body;

/** Waits for the end of an import, and tells of each look at it. */
export async function imported(
  author: ApiClient,
  id: string,
  withinMs = 30_000,
  see: (progress: ImportProgress) => void = () => undefined,
): Promise<ImportProgress> {
  let last: ImportProgress | undefined;
  await waitUntil(
    `import ${id} is finished`,
    async () => {
      last = await importProgress(author, id);
      see(last);
      return ['done', 'failed'].includes(last.status);
    },
    withinMs,
  );
  return last ?? (await importProgress(author, id));
}
