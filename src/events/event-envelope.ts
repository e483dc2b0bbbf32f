import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ description: "What every server event carries; the Socket.IO event's name is its type" })
export class EventEnvelope {
  @ApiProperty({ format: 'uuid', description: 'The same when the event is replayed' })
  id: string;

  @ApiProperty({ example: 'leaderboard:global' })
  topic: string;

  @ApiProperty({
    ...{ type: String, nullable: true, example: 'q0Yl2vXb' },
    description: 'Names one life of the topic: `seq` counts within it; null with a transient event',
  })
  epoch: string | null;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, minimum: 1, example: 8 },
    description: 'Rises by one per topic and epoch, so that a gap shows; null with a transient event',
  })
  seq: number | null;

  @ApiProperty({ format: 'date-time' })
  ts: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'By event' })
  data: unknown;
}

/** An event of a topic, as it is stored. */
export interface TopicEvent {
  id: string;
  type: string;
  epoch: string;
  seq: number;
  tsMs: number;
  /** JSON text. */
  data: string;
}

/** A notice without `seq`: only who listens now hears it. Without data it hints that something changed. */
export interface TransientNotice {
  id: string;
  type: string;
  epoch: null;
  seq: null;
  tsMs: number;
  data: string | null;
}

export type Notice = TopicEvent | TransientNotice;

/** Reads a notice `[id, type, epoch, seq, ts, data]`; undefined when it is none. */
export function parseNotice(text: string): Notice | undefined {
  const [id, type, epoch, seq, ts, data] = parseArray(text);
  if (typeof id !== 'string' || typeof type !== 'string') return undefined;
  const tsMs = Number(ts);
  if (typeof epoch === 'string' && typeof seq === 'number' && typeof data === 'string')
    return { id, type, epoch, seq, tsMs, data };
  return { id, type, epoch: null, seq: null, tsMs, data: typeof data === 'string' ? data : null };
}

function parseArray(text: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

export const envelopeOf = (topic: string, notice: Notice): EventEnvelope => ({
  id: notice.id,
  topic,
  epoch: notice.epoch,
  seq: notice.seq,
  ts: new Date(notice.tsMs).toISOString(),
  data: notice.data === null ? null : (JSON.parse(notice.data) as unknown),
});
