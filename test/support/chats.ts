import type { ApiClient } from './api-client.js';

export interface MessageView {
  id: string;
  conversationId: string;
  seq: number;
  senderId: string;
  text: string;
  clientMessageId: string;
  editedAt: string | null;
  deletedAt: string | null;
}

export interface ConversationView {
  id: string;
  type: string;
  name: string | null;
  ownerId: string | null;
  memberCount: number;
  peer: { userId: string; username: string } | null;
  seq: number;
  readSeq: number;
  unread: number;
  lastMessage: MessageView | null;
  members: { userId: string; username: string }[];
}

let written = 0;
export const nextClientMessageId = (): string => `c${(written += 1)}`;

export async function openDirect(one: ApiClient, other: ApiClient): Promise<string> {
  const answer = await one.post<ConversationView>('/conversations', {
    type: 'direct',
    memberIds: [other.user.userId],
  });
  if (answer.status > 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.id;
}

export async function openGroup(owner: ApiClient, others: ApiClient[], name = 'A group'): Promise<string> {
  const memberIds = others.map(({ user }) => user.userId);
  const answer = await owner.post<ConversationView>('/conversations', { type: 'group', name, memberIds });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.id;
}

/** Writes a message over REST. */
export async function write(client: ApiClient, conversationId: string, text: string): Promise<MessageView> {
  const body = { text, clientMessageId: nextClientMessageId() };
  const answer = await client.post<MessageView>(`/conversations/${conversationId}/messages`, body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

export const conversation = async (client: ApiClient, id: string): Promise<ConversationView> =>
  (await client.get<ConversationView>(`/conversations/${id}`)).body;

export const texts = async (client: ApiClient, id: string, query = 'limit=100'): Promise<string[]> =>
  (await client.get<{ data: MessageView[] }>(`/conversations/${id}/messages?${query}`)).body.data.map(
    ({ text }) => text,
  );
