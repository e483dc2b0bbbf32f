import { newId } from '../common/id.js';
import type { Notice, TransientNotice } from '../events/event-envelope.js';
import { chatMessage, chatTyping, type ChatTyping } from './chat.events.js';
import type { Message } from './message.dto.js';

/** Without another sign for so long, nobody is typing. */
export const LAPSES_MS = 5_000;

/**
 * Ends signs of typing that this process passed on, for its own sockets: after a while, wherever the one who typed was
 * connected and whatever became of that process; and when they have written.
 */
export class TypingLapse {
  private readonly signs = new Map<string, NodeJS.Timeout>();

  /** @param place where the notice was heard */
  hear(place: string, { type, data }: Notice, tell: (notice: TransientNotice) => void): void {
    if (data === null) return;
    if (type === chatTyping.name) {
      const { userId, typing } = JSON.parse(data) as ChatTyping;
      this.forget(keyOf(place, userId));
      if (typing) this.remember(place, userId, tell);
    } else if (type === chatMessage.name && this.signs.size > 0) {
      const { senderId } = JSON.parse(data) as Message;
      if (this.forget(keyOf(place, senderId))) tell(stopped(senderId));
    }
  }

  private remember(place: string, userId: string, tell: (notice: TransientNotice) => void): void {
    const key = keyOf(place, userId);
    const lapse = () => {
      this.signs.delete(key);
      tell(stopped(userId));
    };
    this.signs.set(key, setTimeout(lapse, LAPSES_MS).unref());
  }

  private forget(key: string): boolean {
    clearTimeout(this.signs.get(key));
    return this.signs.delete(key);
  }
}

const keyOf = (place: string, userId: string) => `${place}:${userId}`;

function stopped(userId: string): TransientNotice {
  const data = JSON.stringify({ userId, typing: false } satisfies ChatTyping);
  return { id: newId(), type: chatTyping.name, epoch: null, seq: null, tsMs: Date.now(), data };
}
