import { Injectable } from '@nestjs/common';
import { ScriptRunner } from '../redis/script-runner.js';
import type { JobInput } from './job.js';
import { enqueueScript, type Entry } from './queue.scripts.js';

const JOBS_A_SCRIPT = 500;
const BYTES_A_SCRIPT = 1_000_000;
const BYTES_A_JOB = 64 * 1024;
const LONGEST_DELAY_MS = 366 * 24 * 3_600_000;
const ID = /^[^{}\s]{1,200}$/;

/** The producer's side of every queue. */
@Injectable()
export class Queues {
  constructor(private readonly scripts: ScriptRunner) {}

  /**
   * Puts jobs at the end of a queue, or aside until they are due; an id that is queued, being done or failed already is
   * left as it is. Large inputs go in several steps, each of them atomic.
   * @returns how many were new
   * @throws RangeError on a bad id or delay, or data over 64 KB, before anything is queued
   * @throws when Redis is away; the jobs may be queued all the same, and enqueueing again does no harm
   */
  async enqueue(queue: string, jobs: readonly JobInput[]): Promise<number> {
    const entries = jobs.map(entryOf);
    let created = 0;
    for (const chunk of chunksOf(entries)) {
      created += await this.scripts.run(enqueueScript, { queue, jobs: chunk });
    }
    return created;
  }
}

function entryOf({ id, data, priority = 'normal', delayMs = 0 }: JobInput): Entry {
  if (!ID.test(id))
    throw new RangeError(`a job's id has 1 to 200 characters, no braces or white space: ${id}`);
  const json = JSON.stringify(data);
  if (Buffer.byteLength(json) > BYTES_A_JOB) throw new RangeError(`the data of job ${id} is over 64 KB`);
  if (!(delayMs >= 0 && delayMs <= LONGEST_DELAY_MS))
    throw new RangeError(`job ${id} has a delay of ${delayMs} ms`);
  return { id, json, priority, delayMs: Math.round(delayMs) };
}

function* chunksOf(entries: Entry[]): Generator<Entry[]> {
  let chunk: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (chunk.length === JOBS_A_SCRIPT || bytes + entry.json.length > BYTES_A_SCRIPT) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(entry);
    bytes += entry.json.length;
  }
  if (chunk.length > 0) yield chunk;
}
