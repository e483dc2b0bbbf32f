import type { TopicKind } from './server-event.js';

/** The topic that every socket is subscribed to from the start. */
export const userTopic: TopicKind = {
  pattern: 'user',
  summary: "What concerns oneself alone; every socket is subscribed to its user's own at connect",
  example: 'user',
};
