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
  ) {
    this.owed = [...replay];
  }

  keep(event: Outgoing): void {
    this.owed.push(event);
  }

  /** Hands over what is owed, in order. */
  drain(): Outgoing[] {
    return this.owed.splice(0);
  }
}
