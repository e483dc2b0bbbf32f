import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageView } from './chats.js';
import type { Follower } from './follower.js';
import type { Stack } from './stack.js';

const ATTEMPTS = 400;
const PAUSE_MS = 50;

/** A message: `at` is its place in the talk. */
export interface Said {
  at: number;
  member: Follower;
  conversationId: string;
}

interface Outgoing {
  clientMessageId: string;
  text: string;
}

/** What was answered; undefined when the server could not, and wants to be asked again. */
type Answered = { message: MessageView } | { refusal: unknown } | undefined;

/** Members who write by socket and by REST, each message until it is acknowledged, as a careful front end does. */
export class Talk {
  /** What was acknowledged, by clientMessageId. */
  readonly acknowledged = new Map<string, MessageView>();
  /** By clientMessageId: its place in the talk, and when it was first sent, by `performance.now()`. */
  readonly sent = new Map<string, { at: number; atMs: number }>();
  /** How many answers never came. */
  lost = 0;

  constructor(private readonly stack: Stack) {}

  /** Every fourth goes over REST. @throws Error when it was refused for good */
  async say({ at, member, conversationId }: Said): Promise<MessageView> {
    const message = { clientMessageId: `said-${at}`, text: `message ${at}` };
    if (!this.sent.has(message.clientMessageId))
      this.sent.set(message.clientMessageId, { at, atMs: performance.now() });
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const sending =
        at % 4 === 0
          ? this.post(at + attempt, member, conversationId, message)
          : this.emit(member, conversationId, message);
      const answer = await sending.catch(() => void (this.lost += 1));
      if (answer && 'refusal' in answer) throw new Error(`Message ${at}: ${JSON.stringify(answer.refusal)}`);
      if (answer) {
        this.acknowledged.set(message.clientMessageId, answer.message);
        return answer.message;
      }
      await sleep(PAUSE_MS);
    }
    throw new Error(`Message ${at} was never acknowledged`);
  }

  private async emit(member: Follower, conversationId: string, message: Outgoing): Promise<Answered> {
    if (!member.isConnected) return undefined;
    const { ok, data, error } = await member.send('chat.send', { conversationId, ...message });
    if (ok) return { message: data as unknown as MessageView };
    return error?.code === 'unavailable' ? undefined : { refusal: error };
  }

  private async post(
    turn: number,
    { client }: Follower,
    conversationId: string,
    message: Outgoing,
  ): Promise<Answered> {
    const api = client.at(this.stack.url(turn % this.stack.apis.length));
    const { status, body } = await api.post<MessageView>(`/conversations/${conversationId}/messages`, {
      ...message,
    });
    if (status === 201) return { message: body };
    return status === 503 ? undefined : { refusal: body };
  }
}
