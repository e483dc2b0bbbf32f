import type { ServerEvent } from '../events/server-event.js';
import { userTopic } from '../events/user.topic.js';
import { quizPublished } from './kinds/index.js';
import { NotificationView } from './notification.dto.js';

export const notificationCreated: ServerEvent<NotificationView> = {
  name: 'notification.created',
  topic: userTopic,
  summary: 'Something happened that I want to be told of',
  transient: false,
  data: NotificationView,
  example: {
    id: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d',
    kind: quizPublished.name,
    text: quizPublished.text(quizPublished.example),
    data: quizPublished.example,
    createdAt: '2026-11-25T09:00:00.000Z',
    readAt: null,
  },
};
