/** What notifications about a conversation are about: who has read it has read them. */
export const aboutConversation = (id: string): string => `conversation:${id}`;
