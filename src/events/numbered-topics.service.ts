import { Injectable } from '@nestjs/common';
import { ScriptRunner } from '../redis/script-runner.js';
import type { TopicEvent } from './event-envelope.js';
import { appendNext, readHeld, type Position, type Reading } from './events.scripts.js';
import type { History, TopicKeys } from './topic-source.js';

/** Of events that are told on, or that Redis answers with. */
const AT_ONCE = 500;
/** Of events for who comes back from further away; more would hardly fit what is replayed to a socket (`replayLeft`). */
const RECOVERED = 2_000;

/** A topic whose events PostgreSQL has numbered. */
export interface NumberedTopic extends TopicKeys {
  name: string;
  history: History;
}

/**
 * Topics whose events have their numbers from PostgreSQL, in the commit that made them. Redis holds the last of them and
 * tells who follows; what it lacks is read from PostgreSQL, so a recovery has no horizon but its size, and no two
 * processes invert an order.
 */
@Injectable()
export class NumberedTopics {
  constructor(private readonly scripts: ScriptRunner) {}

  /**
   * Tells of an event after its commit, and of those before it that nobody told of yet. May be repeated.
   * @param outdated seqs of earlier events that must not be read from Redis any more
   */
  async publish(topic: NumberedTopic, event: TopicEvent, outdated: number[] = []): Promise<void> {
    const { epoch } = event;
    const base = event.seq - 1;
    const held = await this.scripts.run(appendNext, { keys: topic, epoch, base, events: [event], outdated });
    if (held >= base) return;
    await this.fill(topic, held);
    await this.scripts.run(appendNext, { keys: topic, epoch, base, events: [], outdated });
  }

  /** Tells of whatever PostgreSQL has beyond what Redis holds. */
  async fill(topic: NumberedTopic, held: number): Promise<void> {
    const epoch = topic.history.epochOf(topic.name);
    for (let since = held; ;) {
      const { events } = await topic.history.after(topic.name, since, AT_ONCE);
      if (events.length > 0) await this.scripts.run(appendNext, { keys: topic, epoch, base: since, events });
      if (events.length < AT_ONCE) return;
      since = events.at(-1)?.seq ?? since;
    }
  }

  /**
   * What came after `since`, and the last number. Who goes on from where they are gets a part where it is too much at
   * once, and asks again; who wants to come back from further away gets nothing then, and begins with a snapshot.
   */
  async read(topic: NumberedTopic, seen: Position | undefined, since: number): Promise<Reading> {
    const epoch = topic.history.epochOf(topic.name);
    const held = await this.scripts.run(readHeld, { keys: topic, epoch, since, limit: AT_ONCE });
    if (held.seq !== undefined && held.events.length === Math.max(0, held.seq - since))
      return { epoch, seq: held.seq, events: held.events };
    const isGoingOn = seen !== undefined && since >= seen.seq;
    const limit = isGoingOn ? AT_ONCE : RECOVERED;
    const { seq, events } = await topic.history.after(topic.name, since, limit + 1);
    if (held.seq === undefined)
      await this.scripts.run(appendNext, { keys: topic, epoch, base: seq, events: [] });
    if (events.length <= limit) return { epoch, seq, events };
    if (!isGoingOn) return { epoch, seq, events: [] };
    const part = events.slice(0, AT_ONCE);
    return { epoch, seq: part.at(-1)?.seq ?? seq, events: part };
  }
}
