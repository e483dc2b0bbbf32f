import type { EventEnvelope } from './event-envelope.js';

/** An event on its way to sockets. */
export interface Outgoing {
  type: string;
  envelope: EventEnvelope;
}

/**
 * A socket that was promised everything after a position but does not hear the topic yet: its answer goes first.
 * Meanwhile what it is owed is kept here.
 */
export class Admission {
  private readonly owed: Outgoing[];

  constructor(
    readonly epoch: string,
    readonly seq: number,
    /** Whether what the client asked for is complete; if not it needs a snapshot. */
    readonly recovered: boolean,
    replay: Outgoing[],
    /** Where all events are kept for good: after which seq they are to be read for it, instead of keeping them here. */
    readonly readFrom?: number,
  ) {
    this.owed = [...replay];
  }

  keep(event: Outgoing): void {
    if (this.readFrom === undefined) this.owed.push(event);
  }

  /** Hands over what is owed, in order. */
  drain(): Outgoing[] {
    return this.owed.splice(0);
  }
}
