import { Injectable } from '@nestjs/common';
import { ScriptRunner } from '../redis/script-runner.js';
import type { TopicEvent } from './event-envelope.js';
import { appendNext, readHeld, type Held, type Reading } from './events.scripts.js';
import type { History, TopicKeys } from './topic-source.js';

/** Of events that are told on, or that Redis answers with. */
const AT_ONCE = 500;
/** Of events for one socket; the largest messages together are less than a slow reader may have waiting. */
const PAGE = 50;

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

  /**
   * Tells of whatever PostgreSQL has beyond what Redis holds. Earlier entries are forgotten, as some may be outdated by what
   * nobody told of; PostgreSQL has them as they are now.
   */
  async fill(topic: NumberedTopic, held: number): Promise<void> {
    const epoch = topic.history.epochOf(topic.name);
    for (let since = held; ;) {
      const { events } = await topic.history.after(topic.name, since, AT_ONCE);
      const forget = since === held;
      if (events.length > 0)
        await this.scripts.run(appendNext, { keys: topic, epoch, base: since, events, forget });
      if (events.length < AT_ONCE) return;
      since = events.at(-1)?.seq ?? since;
    }
  }

  /**
   * What came after `since`, and the last number; a part of it where that is too much at once.
   * @param atLeast a number that is said to exist, which Redis may not have heard of
   */
  async read(topic: NumberedTopic, since: number, atLeast: number): Promise<Reading> {
    const epoch = topic.history.epochOf(topic.name);
    const held = await this.scripts.run(readHeld, { keys: topic, epoch, since, limit: AT_ONCE });
    if (isEnough(held, since, atLeast)) return { epoch, seq: held.seq, events: held.events };
    const { seq, events } = await topic.history.after(topic.name, since, AT_ONCE + 1);
    if (held.seq === undefined)
      await this.scripts.run(appendNext, { keys: topic, epoch, base: seq, events: [] });
    else if (held.seq < seq) await this.fill(topic, held.seq);
    if (events.length <= AT_ONCE) return { epoch, seq, events };
    const part = events.slice(0, AT_ONCE);
    return { epoch, seq: part.at(-1)?.seq ?? seq, events: part };
  }

  /** The first events after `since`: from Redis if it holds them, else from PostgreSQL. */
  async page(topic: NumberedTopic, since: number): Promise<TopicEvent[]> {
    const epoch = topic.history.epochOf(topic.name);
    const held = await this.scripts.run(readHeld, { keys: topic, epoch, since, limit: PAGE });
    const [first, last] = [held.events[0], held.events.at(-1)];
    const isWhole = first?.seq === since + 1 && last?.seq === since + held.events.length;
    return isWhole ? held.events : (await topic.history.after(topic.name, since, PAGE)).events;
  }
}

/**
 * Whether Redis holds all after `since`; who only asks where a topic is asks PostgreSQL. Redis may be behind what was told or said: another process committed an event and is
 * about to tell it, or Redis came back without its last second.
 */
function isEnough(held: Held, since: number, atLeast: number): held is Held & { seq: number } {
  if (held.seq === undefined || held.seq < atLeast) return false;
  return held.events.length === held.seq - since;
}
