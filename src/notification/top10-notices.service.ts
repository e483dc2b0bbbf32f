import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { dayOf } from '../common/period.js';
import { Database } from '../database/database.service.js';
import { TopicReader } from '../events/topic-reader.service.js';
import type { ServerEvent } from '../events/server-event.js';
import type { TopicEvent } from '../events/event-envelope.js';
import {
  top10Entered,
  top10Left,
  type Top10Entered,
  type Top10Left,
} from '../leaderboard/leaderboard.events.js';
import { keys } from '../redis/keys.js';
import { enteredTop10, leftTop10, type Top10Place } from './kinds/index.js';
import { NotificationRepository } from './notification.repository.js';
import { Notifier, type Notice } from './notifier.service.js';

const EVERY_MS = 1_000;
const READER = 'notification.top10';
const BOARD = 'global';
const TOPIC = { topic: keys.events.boardTopic(BOARD), stream: keys.events.boardStream(BOARD) };

/**
 * Tells learners that they came into the first ten, or fell out of them, by reading what the board has told. How far it
 * has read is committed with the notifications, so each event has its effect once, whichever worker reads. What Redis
 * loses before it was read, a second's worth, is lost.
 */
@Injectable()
export class Top10Notices {
  private readonly logger = new Logger(Top10Notices.name);
  private readonly reading = { underway: false, position: '' };

  constructor(
    private readonly database: Database,
    private readonly topics: TopicReader,
    private readonly rows: NotificationRepository,
    private readonly notifier: Notifier,
  ) {}

  @Interval(EVERY_MS)
  async look(): Promise<void> {
    if (this.reading.underway) return;
    this.reading.underway = true;
    try {
      const position = await this.topics.position(TOPIC);
      if (position !== this.reading.position && (await this.read())) this.reading.position = position;
    } catch (error) {
      this.logger.debug(`The board's events are read again later: ${String(error)}`);
    } finally {
      this.reading.underway = false;
    }
  }

  /** @returns false while another worker is at it: how far that one comes is not known */
  private async read(): Promise<boolean> {
    const promised = await this.database.$transaction(async (tx) => {
      const cursor = await this.rows.cursor(tx, READER);
      if (cursor === null) return undefined;
      const { events, ...position } = await this.topics.read(TOPIC, cursor);
      await this.rows.moveCursor(tx, READER, position);
      // What happened before anybody read is no news.
      if (cursor === undefined) return [];
      return [
        await this.notifier.notify(tx, enteredTop10, noticesOf(events, top10Entered)),
        await this.notifier.notify(tx, leftTop10, noticesOf(events, top10Left)),
      ];
    });
    for (const one of promised ?? []) await this.notifier.soon(one);
    return promised !== undefined;
  }
}

/** Of whoever may be named; once a day. */
function noticesOf(
  events: TopicEvent[],
  { name }: ServerEvent<Top10Entered> | ServerEvent<Top10Left>,
): Notice<Top10Place>[] {
  return events
    .filter(({ type }) => type === name)
    .flatMap(({ tsMs, data }) => {
      const { userId, board, rank, score } = JSON.parse(data) as Top10Entered | Top10Left;
      const occasion = dayOf(new Date(tsMs));
      return userId === null ? [] : [{ userId, occasion, data: { board, rank, score } }];
    });
}
