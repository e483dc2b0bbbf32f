const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });
const text = { type: 'string' };
const whole = { type: 'integer' };
const uuid = { type: 'string', format: 'uuid' };
const nullable = (schema: { type: string }) => ({ ...schema, type: [schema.type, 'null'] });
const object = (properties: Record<string, unknown>, optional: string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

/** What clients send, with the acknowledgement's `data`. */
export const CLIENT_EVENTS = {
  subscribe: {
    summary: 'Follow a topic, or many',
    payload: {
      oneOf: [
        ref('TopicRequest'),
        object({ topics: { type: 'array', items: ref('TopicRequest'), minItems: 1, maxItems: 200 } }),
      ],
    },
    data: {
      oneOf: [
        ref('Subscription'),
        { type: 'array', items: { oneOf: [ref('Subscription'), ref('FailedTopic')] } },
      ],
    },
    examples: [
      { payload: { topic: 'leaderboard:global' } },
      {
        payload: {
          topics: [{ topic: 'user', since: 7, epoch: 'q0Yl2vXb' }, { topic: 'leaderboard:global' }],
        },
      },
    ],
  },
  unsubscribe: {
    summary: 'Stop following a topic; one that is not followed is fine',
    payload: object({ topic: text }),
    data: object({ topic: text }),
    examples: [{ payload: { topic: 'leaderboard:global' } }],
  },
};

/** What the server sends. */
export const SERVER_EVENTS = {
  'leaderboard.top10.entered': {
    summary: 'A user came into the first ten',
    topic: 'leaderboard:{board}',
    transient: false,
    data: object({
      board: text,
      userId: nullable(uuid),
      username: nullable(text),
      rank: whole,
      previousRank: nullable(whole),
      score: whole,
      displacedUserId: nullable(uuid),
    }),
  },
  'leaderboard.top10.left': {
    summary: 'A user fell out of the first ten',
    topic: 'leaderboard:{board}',
    transient: false,
    data: object({ board: text, userId: nullable(uuid), rank: nullable(whole), score: whole }),
  },
  'leaderboard.changed': {
    summary: 'The first ranks as they are now, at most 4 a second',
    topic: 'leaderboard:{board}',
    transient: true,
    data: object({ board: text, period: { const: 'all' }, top: { type: 'array', items: ref('Standing') } }),
  },
  'submission.scored': {
    summary: 'A submission of mine was scored, or scored again by a corrected key',
    topic: 'user',
    transient: false,
    data: object({
      submissionId: uuid,
      quizId: uuid,
      score: whole,
      maxScore: whole,
      scoreAwarded: whole,
      totalScore: whole,
      rank: nullable(whole),
      previousRank: nullable(whole),
    }),
  },
  'session.revoked': {
    summary: 'The session ended; then the socket closes',
    topic: 'user',
    transient: true,
    data: object({ sessionId: uuid }),
  },
};

export const schemas = {
  Envelope: object({
    id: uuid,
    topic: { ...text, examples: ['leaderboard:global', 'user'] },
    epoch: { ...nullable(text), description: 'One life of the topic; null with a transient event' },
    seq: { ...nullable(whole), description: 'Rises by one per topic and epoch; null with a transient event' },
    ts: { type: 'string', format: 'date-time' },
    data: { type: 'object' },
  }),
  TopicRequest: object(
    {
      topic: { type: 'string', minLength: 1, maxLength: 100 },
      since: { type: 'integer', minimum: 0, description: 'The last seq that the client has' },
      epoch: { type: 'string', maxLength: 64, description: 'The epoch in which it has it' },
    },
    ['since', 'epoch'],
  ),
  Subscription: object(
    {
      topic: text,
      epoch: text,
      seq: { type: 'integer', description: 'The last seq of the topic' },
      recovered: { type: 'boolean', description: 'Whether everything after `since` follows' },
      snapshot: { description: 'The state at `seq` or later, when not recovered; shape by topic' },
    },
    ['snapshot'],
  ),
  FailedTopic: object({ topic: text, error: ref('Problem') }),
  Acknowledgement: {
    oneOf: [
      object({ ok: { const: true }, data: { description: 'See the event' } }),
      object({ ok: { const: false }, error: ref('Problem') }),
    ],
  },
  Standing: object({
    rank: whole,
    userId: nullable(uuid),
    username: nullable(text),
    score: whole,
  }),
  Problem: object(
    {
      type: text,
      title: text,
      status: whole,
      detail: text,
      instance: text,
      code: { type: 'string', description: 'Stable, snake_case' },
      traceId: text,
      errors: { type: 'array', items: object({ path: text, message: text }) },
    },
    ['errors'],
  ),
};
