import type { Caller } from '../common/caller.js';
import type { Key } from '../redis/key.js';

/** Where a topic lives: both keys are of one owner, and the stream's name is the channel of its notices. */
export interface TopicKeys {
  topic: Key;
  stream: Key;
}

/** A transient event that tells what changed by loading it: once per burst, not once per change. */
export interface ChangeEvent {
  type: string;
  /** At most one event per interval and process. */
  intervalMs: number;
  /** The event's data for the topic `name` as it is now. */
  load(name: string): Promise<unknown>;
}

/** What a feature knows about its topics; it registers one in `onModuleInit`. */
export interface TopicSource {
  /** `leaderboard:` for a family of topics, whose `name` is what follows; or `user` for exactly one, with name ''. */
  pattern: string;
  keys(name: string, caller: Caller): TopicKeys;
  /** @throws AppError not_found, forbidden */
  authorize(caller: Caller, name: string): Promise<void>;
  /** What a client that could not be recovered begins with. */
  snapshot(caller: Caller, name: string): Promise<unknown>;
  /** The answer to `hint` of topic.lua. */
  changed?: ChangeEvent;
}

/** One topic as one caller sees it. */
export interface Topic extends TopicKeys {
  /** As clients write it, such as `leaderboard:global`. */
  topicName: string;
  /** What follows the source's pattern. */
  name: string;
  source: TopicSource;
}
