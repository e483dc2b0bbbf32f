import { IsString, IsUUID } from 'class-validator';
import { jobKind } from '../jobs/job-kind.js';

export class NotifyConversation {
  @IsUUID()
  conversationId: string;
}

/** Tells members of what was written while they were away, and whom it mentions. */
export const notifyConversation = jobKind({
  name: 'conversation.notify',
  data: NotifyConversation,
  promisedBy: 'outbox',
  maxAttempts: 8,
});

export class AnnounceMembers {
  @IsUUID()
  conversationId: string;

  /** Who brought them in. */
  @IsUUID()
  byId: string;

  /** Of up to 1,000 users, with commas between. */
  @IsString()
  userIds: string;
}

/** Tells users that they are in a group now. */
export const announceMembers = jobKind({
  name: 'members.announce',
  data: AnnounceMembers,
  promisedBy: 'outbox',
  maxAttempts: 8,
});

export class FollowMembership {
  @IsUUID()
  conversationId: string;

  @IsUUID()
  userId: string;
}

/** Brings the board of a group in line with whether a user is in it. */
export const followMembership = jobKind({
  name: 'membership.follow',
  data: FollowMembership,
  promisedBy: 'outbox',
  maxAttempts: 8,
  standing: true,
});

export class LeaveChat {
  @IsUUID()
  userId: string;
}

/** Takes a deleted account out of its groups, and the text out of its messages. */
export const leaveChat = jobKind({
  name: 'chat.leave',
  data: LeaveChat,
  promisedBy: 'outbox',
  maxAttempts: 8,
});
