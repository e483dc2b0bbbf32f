import type { ClientEvent } from './client-event.js';
import type { ServerEvent } from './server-event.js';
import { FailedTopic, Subscription, TopicList, TopicName, TopicRequest } from './subscribe.dto.js';
import { userTopic } from './user.topic.js';

const subscriptions = { oneOf: [Subscription, [{ oneOf: [Subscription, FailedTopic] }]] } as const;

export const subscribe: ClientEvent<TopicRequest | TopicList, typeof subscriptions> = {
  name: 'subscribe',
  summary: 'Follow a topic, or many; the answer to a list is a list in the same order',
  body: {
    oneOf: [TopicRequest, TopicList],
    choose: (sent) => ('topics' in sent ? TopicList : TopicRequest),
  },
  answer: subscriptions,
  examples: [
    {
      body: { topic: 'leaderboard:global' },
      data: {
        topic: 'leaderboard:global',
        epoch: 'q0Yl2vXb',
        seq: 7,
        recovered: false,
        snapshot: { board: 'global', period: 'all', top: [] },
      },
    },
    {
      body: { topics: [{ topic: 'user', since: 7, epoch: 'Vd81sKqe' }, { topic: 'leaderboard:none' }] },
      data: [
        { topic: 'user', epoch: 'Vd81sKqe', seq: 9, recovered: true },
        {
          topic: 'leaderboard:none',
          error: {
            type: 'urn:redistack:problem:not_found',
            title: 'Not found',
            status: 404,
            detail: 'There is no such board',
            instance: 'subscribe',
            code: 'not_found',
            traceId: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10',
          },
        },
      ],
    },
  ],
};

export const unsubscribe: ClientEvent<TopicName, typeof TopicName> = {
  name: 'unsubscribe',
  summary: 'Stop following a topic; one that is not followed is fine',
  body: TopicName,
  answer: TopicName,
  examples: [{ body: { topic: 'leaderboard:global' }, data: { topic: 'leaderboard:global' } }],
};

export const subscriptionEnded: ServerEvent<TopicName> = {
  name: 'subscription.ended',
  topic: userTopic,
  summary: 'I may no longer hear a topic that I followed: no more of it follows',
  transient: true,
  data: TopicName,
  example: { topic: 'leaderboard:group:0199d3f0-1a2b-7c3d-8e4f-5a6b7c8d9e0f' },
};
