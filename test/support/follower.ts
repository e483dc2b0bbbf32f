import type { ApiClient } from './api-client.js';
import { LiveClient, type Acknowledged, type LiveEvent } from './live-client.js';
import { waitUntil } from './wait-until.js';

export interface Taken extends LiveEvent {
  /** By `performance.now()`. */
  atMs: number;
}

/** A careful front end: it remembers how far it is on each topic, and takes that up again when it reconnects. */
export class Follower {
  /** What it took, per topic, in the order of arrival. */
  readonly taken: Map<string, Taken[]>;
  /** What no front end should ever see: a gap, an event twice, another epoch. */
  readonly wrong: string[] = [];
  /** Runs when a connection ends that was not closed here. */
  onLost: () => void = () => undefined;
  private live: LiveClient | undefined;
  private readonly own = new Set(['user']);

  constructor(
    readonly client: ApiClient,
    topics: string[],
  ) {
    this.taken = new Map(topics.map((topic) => [topic, []]));
  }

  /** Connects, anew if need be, and catches up. */
  async connect(url: string): Promise<void> {
    this.close();
    const found: LiveClient[] = [];
    await waitUntil('a socket is let in', async () => {
      found.push(
        ...(await LiveClient.connect(url, this.client).then(
          (live) => [live],
          () => [],
        )),
      );
      return found.length > 0;
    });
    const [live] = found as [LiveClient];
    this.live = live;
    for (const event of live.events) this.take(event);
    live.socket.onAny((type: string, envelope: Omit<LiveEvent, 'type'>) => this.take({ type, ...envelope }));
    live.socket.once('disconnect', (reason) => reason !== 'io client disconnect' && this.onLost());
    for (const [topic, events] of this.taken) {
      const last = events.at(-1);
      const answer = await live.subscribe({
        topic,
        ...(last && { since: last.seq ?? 0, epoch: last.epoch }),
      });
      if (!answer.ok || (last && answer.data?.['recovered'] !== true))
        this.wrong.push(`${topic} after ${last?.seq}: ${JSON.stringify(answer)}`);
    }
  }

  get isConnected(): boolean {
    return this.live?.socket.connected === true;
  }

  /** @throws Error when the answer does not come */
  async send(event: string, data: object): Promise<Acknowledged> {
    if (!this.live) throw new Error('This one was never connected');
    return await this.live.send(event, data);
  }

  close(): void {
    this.live?.close();
  }

  private take(event: LiveEvent): void {
    const events = this.taken.get(event.topic);
    if (event.seq === null || !events) return;
    const last = events.at(-1);
    const due = (last?.seq ?? 0) + 1;
    if (event.seq === due && (!last || last.epoch === event.epoch))
      events.push({ ...event, atMs: performance.now() });
    // One's own topic is subscribed at connect: what comes before one has asked for the rest is sent again.
    else if (!this.own.has(event.topic)) this.wrong.push(`${event.topic}: ${event.seq} where ${due} was due`);
  }
}
