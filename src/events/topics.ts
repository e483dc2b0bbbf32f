import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { prefixOf, type ServerEvent, type TopicKind } from './server-event.js';
import type { Topic, TopicSource } from './topic-source.js';

/** Every kind of topic that a client may subscribe to, and every event that it may hear there. */
@Injectable()
export class Topics {
  private readonly byPrefix = new Map<string, TopicSource>();
  private readonly byName = new Map<string, ServerEvent>();

  register(source: TopicSource): void {
    const prefix = prefixOf(source.kind);
    if (this.byPrefix.has(prefix)) throw new Error(`Two sources for topic ${source.kind.pattern}`);
    this.byPrefix.set(prefix, source);
    this.declare(...source.events);
  }

  /** Adds events to a topic that another feature is the source of, such as `user`. */
  declare(...events: ServerEvent[]): void {
    for (const event of events) {
      if (this.byName.has(event.name)) throw new Error(`Two events ${event.name}`);
      this.byName.set(event.name, event);
    }
  }

  get sources(): TopicSource[] {
    return [...this.byPrefix.values()];
  }

  get events(): ServerEvent[] {
    return [...this.byName.values()];
  }

  has = (kind: TopicKind): boolean => this.byPrefix.has(prefixOf(kind));

  /** The topic of this name, if the caller may hear it. @throws AppError not_found, forbidden */
  async open(caller: Caller, topicName: string): Promise<Topic> {
    const prefix = topicName.slice(0, topicName.indexOf(':') + 1);
    const source = this.byPrefix.get(prefix === '' ? topicName : prefix);
    const name = prefix === '' ? '' : topicName.slice(prefix.length);
    if (source === undefined || (prefix !== '' && name === ''))
      throw new AppError('not_found', { detail: `There is no topic ${topicName}` });
    await source.authorize(caller, name);
    return { topicName, name, source, ...source.keys(name, caller) };
  }
}
