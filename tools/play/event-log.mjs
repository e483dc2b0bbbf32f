/**
 * What one watcher heard, and whether it was all: `seq` rises by one per topic and epoch, so a gap shows (contract,
 * section 6), and a submission is announced once. Pure: it is told everything and asked in the end.
 *
 * @typedef {{ id: string, topic: string, epoch: string | null, seq: number | null, ts: string, data: any }} Envelope
 * @typedef {{ topic: string, epoch: string, seq: number, recovered: boolean }} Subscription
 */
export class EventLog {
  /** @type {Map<string, { at: number, data: any }>} the announcement of each submission; `at` in ms since 1970 */
  scored = new Map();
  /** Topics of which the server could not tell what happened while the socket was away. */
  forgotten = new Set();
  /** @type {string[]} */
  faults = [];
  /** Events with a seq. */
  count = 0;
  /** @type {Map<string, { epoch: string, seq: number }>} the last event of each topic */
  #last = new Map();

  /** What to come back with: `{ topic, since, epoch }`, or the topic alone. */
  whereIn(topic) {
    const last = this.#last.get(topic);
    return last ? { topic, since: last.seq, epoch: last.epoch } : { topic };
  }

  /**
   * @param {Subscription} told
   * @param {boolean} again whether the socket was away
   */
  subscribed({ topic, epoch, seq, recovered }, again) {
    if (recovered) return;
    const last = this.#last.get(topic);
    const missed = last ? last.epoch !== epoch || last.seq !== seq : seq > 0;
    if (again && missed) this.forgotten.add(topic);
    this.#last.set(topic, { epoch, seq });
  }

  /**
   * @param {string} type
   * @param {Envelope} envelope
   * @param {number} at ms since 1970
   */
  heard(type, { topic, seq, epoch, data }, at) {
    if (seq === null || epoch === null) return;
    this.count += 1;
    this.#follow(topic, epoch, seq);
    if (type === 'submission.scored') this.#announced(data, at);
  }

  #follow(topic, epoch, seq) {
    const last = this.#last.get(topic);
    this.#last.set(topic, { epoch, seq });
    if (!last || last.epoch !== epoch || last.seq + 1 === seq) return;
    this.faults.push(`${topic}: seq ${seq} came after ${last.seq}`);
  }

  #announced(data, at) {
    if (this.scored.has(data.submissionId))
      this.faults.push(`user: submission ${data.submissionId} was announced again`);
    else this.scored.set(data.submissionId, { at, data });
  }
}
