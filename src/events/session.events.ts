import { ApiProperty } from '@nestjs/swagger';
import type { ServerEvent } from './server-event.js';
import { userTopic } from './user.topic.js';

export class SessionRevoked {
  @ApiProperty({ format: 'uuid' })
  sessionId: string;
}

export const sessionRevoked: ServerEvent<SessionRevoked> = {
  name: 'session.revoked',
  topic: userTopic,
  summary: 'The session ended; then the socket closes',
  transient: true,
  data: SessionRevoked,
  example: { sessionId: '0199d3f0-1a2b-7c3d-8e4f-5a6b7c8d9e0f' },
};
