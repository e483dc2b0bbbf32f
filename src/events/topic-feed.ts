import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admission, type Outgoing } from './admission.js';
import { envelopeOf, type Notice, type TopicEvent } from './event-envelope.js';
import type { EventSocket, SocketState } from './event-socket.js';
import type { Position, Reading } from './events.scripts.js';
import type { Topic } from './topic-source.js';
import { Turns } from '../common/turns.js';

/** Where a client says it is. */
export interface Asked {
  since?: number | undefined;
  epoch?: string | undefined;
}

export interface FeedPorts {
  /** @param atLeast where a client says it has been, in an epoch that never ends */
  read(topic: Topic, seen: Position | undefined, since: number, atLeast: number): Promise<Reading>;
  /** Some of the events after a seq, where they are kept for good; none when there are none, or they cannot be read now. */
  page(topic: Topic, since: number): Promise<TopicEvent[]>;
  /**
   * Makes sure that all who hear it here still may, before what was missed is told: that they lost the right may have
   * been missed as well. Never throws.
   */
  review(feed: TopicFeed): Promise<void>;
  /** To every socket in the topic's room. */
  broadcast(topic: Topic, event: Outgoing): void;
}

/** What an envelope adds to the data of an event, about. */
const ENVELOPE_BYTES = 200;
const TAKEN_MS = 5;
const AGAIN_MS = 200;

/**
 * One topic as this process follows it, and its sockets here. Notices, reads and admissions take turns, so that every
 * socket gets each event after its position once and in order, whatever Pub/Sub loses or repeats.
 */
export class TopicFeed {
  private readonly turns = new Turns();
  private readonly joined = new Set<EventSocket>();
  private readonly waiting = new Map<EventSocket, Admission>();
  private position: Position | undefined;

  constructor(
    readonly topic: Topic,
    private readonly ports: FeedPorts,
  ) {}

  get isEmpty(): boolean {
    return this.joined.size === 0 && this.waiting.size === 0;
  }

  hears = (socket: EventSocket): boolean => this.joined.has(socket) || this.waiting.has(socket);

  /** Those that hear it, and those that soon will. */
  get sockets(): EventSocket[] {
    return [...this.joined, ...this.waiting.keys()];
  }

  /** Takes an event from Pub/Sub: the next one is emitted, an old one ignored, after a gap the stream is read. */
  async hear(event: TopicEvent): Promise<void> {
    await this.turns.take(async () => {
      if (this.position === undefined || this.hasSeen(event)) return;
      if (event.epoch !== this.position.epoch || event.seq !== this.position.seq + 1) {
        await this.refresh(this.position.seq);
      } else {
        this.position = { epoch: event.epoch, seq: event.seq };
        this.emit(event);
      }
    });
  }

  /** Emits what the stream holds and Pub/Sub did not bring. */
  async catchUp(): Promise<void> {
    await this.turns.take(async () => {
      if (this.position !== undefined) await this.refresh(this.position.seq);
    });
  }

  isAt = (epoch: string | null, seq: string | null): boolean =>
    this.position === undefined || (epoch === this.position.epoch && Number(seq) === this.position.seq);

  /** Promises the socket everything after where it is; `release` begins to send it. */
  async admit(socket: EventSocket, asked: Asked): Promise<Admission> {
    const isKept = this.topic.source.history !== undefined;
    return await this.turns.take(async () => {
      const reading = isKept
        ? await this.refresh(this.readFrom({}), asked.since)
        : await this.refresh(this.readFrom(asked));
      const admission = isKept
        ? keptAdmission(asked, reading)
        : admissionOf(this.topic, asked, reading, socket.data);
      this.leave(socket);
      this.waiting.set(socket, admission);
      return admission;
    });
  }

  /** Sends what is owed and from now on what comes; does nothing if the socket left or was admitted again. */
  release(socket: EventSocket, admission: Admission): void {
    if (this.waiting.get(socket) !== admission) return;
    if (admission.readFrom !== undefined) {
      void this.bring(socket, admission, admission.readFrom);
      return;
    }
    for (const { type, envelope } of admission.drain()) socket.emit(type, envelope);
    this.join(socket);
  }

  leave(socket: EventSocket): void {
    this.waiting.delete(socket);
    if (this.joined.delete(socket)) void socket.leave(this.topic.stream);
  }

  /** Tells the sockets of an event, and the topic's source, which may have more to tell. */
  emit(notice: Notice): void {
    const tell = (told: Notice) =>
      this.send({ type: told.type, envelope: envelopeOf(this.topic.topicName, told) });
    tell(notice);
    this.topic.source.overhear?.(this.topic.name, notice, tell);
  }

  send(event: Outgoing): void {
    this.ports.broadcast(this.topic, event);
    for (const admission of this.waiting.values()) admission.keep(event);
  }

  private join(socket: EventSocket): void {
    this.waiting.delete(socket);
    this.joined.add(socket);
    void socket.join(this.topic.stream);
  }

  /** Sends page after page, each once the client has taken the one before, until the socket is where this process is. */
  private async bring(socket: EventSocket, admission: Admission, from: number): Promise<void> {
    for (let at = from; this.waiting.get(socket) === admission;) {
      if (at === this.position?.seq) {
        this.join(socket);
        return;
      }
      const page = await this.ports.page(this.topic, at);
      if (this.waiting.get(socket) !== admission) return;
      // What this process has not heard of yet it tells those who have joined.
      const due = page.filter(({ seq }) => seq <= (this.position?.seq ?? 0));
      for (const event of due) socket.emit(event.type, envelopeOf(this.topic.topicName, event));
      at = due.at(-1)?.seq ?? at;
      await (due.length > 0 ? taken(socket) : sleep(AGAIN_MS));
    }
  }

  private hasSeen = ({ epoch, seq }: Position): boolean =>
    this.position !== undefined && epoch === this.position.epoch && seq <= this.position.seq;

  private readFrom({ since, epoch }: Asked): number {
    if (this.position === undefined) return since ?? Number.MAX_SAFE_INTEGER;
    const known = epoch === this.position.epoch && since !== undefined;
    return known ? Math.min(since, this.position.seq) : this.position.seq;
  }

  private async refresh(since: number, atLeast = 0): Promise<Reading> {
    const before = this.position;
    const reading = await this.ports.read(this.topic, before, since, atLeast);
    const lacking = before === undefined ? [] : reading.events.filter((event) => !this.hasSeen(event));
    if (lacking.length > 0) await this.ports.review(this);
    this.position = { epoch: reading.epoch, seq: reading.seq };
    for (const event of lacking) this.emit(event);
    return reading;
  }
}

/** Of a topic that is kept for good: whoever was there once can come back from there. */
const keptAdmission = ({ since, epoch }: Asked, { seq, ...reading }: Reading): Admission => {
  const recovered = since !== undefined && epoch === reading.epoch && since <= seq;
  return new Admission(reading.epoch, seq, recovered, [], recovered ? since : seq);
};

/** Waits until the network has taken what was sent. */
async function taken({ conn, data }: EventSocket): Promise<void> {
  while (!data.gone && !conn.transport.writable) await sleep(TAKEN_MS);
}

function admissionOf(
  topic: Topic,
  { since, epoch }: Asked,
  { seq, events, ...reading }: Reading,
  socket: Pick<SocketState, 'replayLeft'>,
): Admission {
  const replay = since === undefined ? [] : events.filter((event) => event.seq > since);
  const bytes = replay.reduce((sum, event) => sum + Buffer.byteLength(event.data) + ENVELOPE_BYTES, 0);
  const recovered =
    since !== undefined &&
    epoch === reading.epoch &&
    since <= seq &&
    replay.length === seq - since &&
    bytes <= socket.replayLeft;
  if (recovered) socket.replayLeft -= bytes;
  const owed = recovered ? replay : [];
  return new Admission(
    reading.epoch,
    seq,
    recovered,
    owed.map((event) => ({ type: event.type, envelope: envelopeOf(topic.topicName, event) })),
  );
}
