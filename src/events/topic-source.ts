import type { Type } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import type { Key } from '../redis/key.js';
import type { TopicEvent, Notice, TransientNotice } from './event-envelope.js';
import type { ServerEvent, TopicKind } from './server-event.js';

/** Where a topic lives: both keys are of one owner, and the stream's name is the channel of its notices. */
export interface TopicKeys {
  topic: Key;
  stream: Key;
}

/** A transient event that tells what changed by loading it: once per burst, not once per change. */
export interface ChangeEvent<Data extends object = object> {
  event: ServerEvent<Data>;
  /** At most one event per interval and process. */
  intervalMs: number;
  /** The event's data for the topic `name` as it is now. */
  load(name: string): Promise<Data>;
}

/** Events that PostgreSQL has numbered without gaps. */
export interface History {
  /** Of all its life: the numbers never begin anew. */
  epochOf(name: string): string;
  /** The last number there is, and the events after `since`, the oldest first, at most `limit`. */
  after(name: string, since: number, limit: number): Promise<{ seq: number; events: TopicEvent[] }>;
}

/** A caller who hears the topic `name` of a source. */
export interface Listening {
  caller: Caller;
  name: string;
}

/** What a feature knows about its topics; it registers one in `onModuleInit`. */
export interface TopicSource<Snapshot extends object = object> {
  /** The `name` of one topic of a family is what stands in place of the braces; '' where there is but one. */
  kind: TopicKind;
  /** What the feature sends on these topics. */
  events: readonly ServerEvent[];
  keys(name: string, caller: Caller): TopicKeys;
  /** @throws AppError not_found, forbidden */
  authorize(caller: Caller, name: string): Promise<void>;
  /**
   * Whether each may still hear its topic; few round trips for all. Asked of subscriptions that are under way or being
   * made: when `TopicAccess` says so, and every 10 s. Left out where whoever was let in stays. Throws when it cannot be
   * known now; they hear on then.
   */
  stillAllowed?(all: Listening[]): Promise<boolean[]>;
  snapshotType: Type<Snapshot>;
  /** What a client that could not be recovered begins with. */
  snapshot(caller: Caller, name: string): Promise<Snapshot>;
  /** All its events are transient: nothing can be recovered, so whoever subscribes begins with the snapshot. */
  isTransient?: true;
  /** The answer to `hint` of topic.lua. */
  changed?: ChangeEvent;
  /** Hears what is told on a topic after its sockets here did, and may tell them more. */
  overhear?: (name: string, notice: Notice, tell: (notice: TransientNotice) => void) => void;
  /** Where events are numbered by PostgreSQL (see numbered-topics.service.ts), not by Redis. */
  history?: History;
}

/** One topic as one caller sees it. */
export interface Topic extends TopicKeys {
  /** As clients write it, such as `leaderboard:global`. */
  topicName: string;
  /** What follows the prefix of its kind. */
  name: string;
  source: TopicSource;
}
