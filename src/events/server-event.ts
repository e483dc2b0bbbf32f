import type { Type } from '@nestjs/common';

/** A kind of topic. */
export interface TopicKind {
  /** As clients write it: `user` for exactly one, `leaderboard:{board}` for a family with a name in place of the braces. */
  pattern: string;
  /** What it is about, and who may hear it. */
  summary: string;
  /** One topic of this kind. */
  example: string;
}

/** What the topic is called up to its name, such as `leaderboard:`; all of it, such as `user`, where there is but one. */
export const prefixOf = ({ pattern }: TopicKind): string => pattern.replace(/\{.*/, '');

/** An event that the server sends, declared by the feature that owns it beside the class of its data. */
export interface ServerEvent<Data extends object = object> {
  /** The name of the Socket.IO event, in the past: `submission.scored`. */
  name: string;
  topic: TopicKind;
  summary: string;
  /** Without `seq` and never replayed: only who listens now hears it. */
  transient: boolean;
  data: Type<Data>;
  example: Data;
}
