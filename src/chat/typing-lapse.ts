import { newId } from '../common/id.js';
import type { TransientNotice } from '../events/event-envelope.js';
import { chatTyping, type ChatTyping } from './chat.events.js';

/** A little after the process of who types has said so itself. */
const LAPSES_MS = 6_000;

/** Ends signs of typing whose process died before it could: each process does so for its own sockets. */
export class TypingLapse {
  private readonly signs = new Map<string, NodeJS.Timeout>();

  /** @param place where the sign was heard */
  hear(place: string, notice: TransientNotice, tell: (notice: TransientNotice) => void): void {
    if (notice.type !== chatTyping.name || notice.data === null) return;
    const { userId, typing } = JSON.parse(notice.data) as ChatTyping;
    const key = `${place}:${userId}`;
    clearTimeout(this.signs.get(key));
    this.signs.delete(key);
    if (!typing) return;
    const lapse = () => {
      this.signs.delete(key);
      const data = JSON.stringify({ userId, typing: false } satisfies ChatTyping);
      tell({ id: newId(), type: chatTyping.name, epoch: null, seq: null, tsMs: Date.now(), data });
    };
    this.signs.set(key, setTimeout(lapse, LAPSES_MS).unref());
  }
}
