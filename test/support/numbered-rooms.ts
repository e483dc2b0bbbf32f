import { newId } from '../../src/common/id.js';
import type { Caller } from '../../src/common/caller.js';
import type { TopicEvent } from '../../src/events/event-envelope.js';
import type { NumberedTopic } from '../../src/events/numbered-topics.service.js';
import type { ServerEvent } from '../../src/events/server-event.js';
import type { History, TopicKeys, TopicSource } from '../../src/events/topic-source.js';
import { RoomState, roomKeys } from './topics.js';

const EPOCH = 'log';

/** Topics `log:{name}`, whose events are numbered where they are kept; they are told when the test says so. */
export class NumberedRooms implements TopicSource<RoomState> {
  readonly kind = { pattern: 'log:{name}', summary: 'A numbered room', example: 'log:a' };
  readonly events: ServerEvent[] = [];
  readonly snapshotType = RoomState;
  private readonly kept = new Map<string, TopicEvent[]>();

  readonly history: History = {
    epochOf: () => EPOCH,
    after: (name, since, limit) => {
      const events = this.kept.get(name) ?? [];
      return Promise.resolve({ seq: events.length, events: events.slice(since, since + limit) });
    },
  };

  /** Keeps another event. */
  commit(name: string): TopicEvent {
    const events = this.kept.get(name) ?? [];
    this.kept.set(name, events);
    const event = { id: newId(), type: 'made', epoch: EPOCH, seq: events.length + 1, tsMs: 0, data: '{}' };
    events.push(event);
    return event;
  }

  topicOf = (name: string): NumberedTopic => ({ ...roomKeys(name), name, history: this.history });

  keys(name: string): TopicKeys {
    return roomKeys(name);
  }

  authorize(): Promise<void> {
    return Promise.resolve();
  }

  snapshot(_caller: Caller, name: string): Promise<RoomState> {
    return Promise.resolve({ stateOf: name });
  }
}
