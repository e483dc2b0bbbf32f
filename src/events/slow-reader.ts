import { Buffer } from 'node:buffer';
import type { Connection } from './event-socket.js';
import { cut } from './hang-up.js';

export interface BacklogLimits {
  /** A reader this far behind for longer than a burst takes is cut. */
  bytes: number;
  burstMs: number;
  /** Never more than this, burst or not. */
  mostBytes: number;
  /** A reader that took nothing for so long is cut, however little waits. */
  ageMs: number;
}

const MIB = 1024 * 1024;

export const BACKLOG: BacklogLimits = { bytes: MIB, burstMs: 250, mostBytes: 4 * MIB, ageMs: 5_000 };

interface Packet {
  data?: unknown;
}

/**
 * Cuts a connection whose client does not read. Engine.IO keeps what the network does not take in an array without
 * bound, so this counts what goes in (`packetCreate`) and what is handed to the network (`flush`).
 */
export function cutWhenSlow(connection: Connection, limits: BacklogLimits, onCut: () => void): void {
  let waiting = 0;
  let underway = 0;
  let stuckSince: number | undefined;
  let isCut = false;
  connection.on('packetCreate', (packet: Packet) => {
    if (connection.transport.writable) {
      waiting = underway = 0;
      stuckSince = undefined;
    } else stuckSince ??= Date.now();
    waiting += sizeOf(packet.data);
    const stuckMs = stuckSince === undefined ? 0 : Date.now() - stuckSince;
    if (isCut || !isTooSlow(waiting + underway, stuckMs, limits)) return;
    isCut = true;
    onCut();
    cut(connection);
  });
  connection.on('flush', () => {
    underway = waiting;
    waiting = 0;
    stuckSince = undefined;
  });
}

const isTooSlow = (bytes: number, stuckMs: number, limits: BacklogLimits) =>
  bytes > limits.mostBytes || (bytes > limits.bytes && stuckMs > limits.burstMs) || stuckMs > limits.ageMs;

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}
