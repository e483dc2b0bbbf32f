import type { ClientEvent } from '../events/client-event.js';
import type { ServerEvent, TopicKind } from '../events/server-event.js';
import { Presence, SetPresence } from './presence.dto.js';

const EXAMPLE: Presence = {
  userId: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10',
  status: 'away',
  lastSeenAt: '2026-11-25T09:00:00.000Z',
};

export const presenceTopic: TopicKind = {
  pattern: 'presence:{userId}',
  summary:
    'Whether a user is there; for the user, and for who follows or is followed by that user or shares a conversation, ' +
    'unless one blocks the other',
  example: `presence:${EXAMPLE.userId}`,
};

/** As lua/update.lua writes it. */
export const presenceChanged: ServerEvent<Presence> = {
  name: 'presence.changed',
  topic: presenceTopic,
  summary: 'The user came, left, or is away or back; told once, however many connections there are',
  transient: true,
  data: Presence,
  example: EXAMPLE,
};

export const setPresence: ClientEvent<SetPresence, typeof Presence> = {
  name: 'presence.set',
  summary:
    'Say whether I am at this connection, or away from it; the answer is my presence, of all my connections',
  body: SetPresence,
  answer: Presence,
  examples: [{ body: { status: 'away' }, data: EXAMPLE }],
};
