import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import type { Topic, TopicSource } from './topic-source.js';

/** Every kind of topic that a client may subscribe to. */
@Injectable()
export class Topics {
  private readonly sources = new Map<string, TopicSource>();

  register(source: TopicSource): void {
    if (this.sources.has(source.pattern)) throw new Error(`Two sources for topic ${source.pattern}`);
    this.sources.set(source.pattern, source);
  }

  has = (pattern: string): boolean => this.sources.has(pattern);

  /** The topic of this name, if the caller may hear it. @throws AppError not_found, forbidden */
  async open(caller: Caller, topicName: string): Promise<Topic> {
    const prefix = topicName.slice(0, topicName.indexOf(':') + 1);
    const source = this.sources.get(prefix === '' ? topicName : prefix);
    const name = prefix === '' ? '' : topicName.slice(prefix.length);
    if (source === undefined || (prefix !== '' && name === ''))
      throw new AppError('not_found', { detail: `There is no topic ${topicName}` });
    await source.authorize(caller, name);
    return { topicName, name, source, ...source.keys(name, caller) };
  }
}
