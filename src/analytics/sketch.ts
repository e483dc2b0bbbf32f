import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';

/** What is counted without remembering whom: visitors and active users of a day, viewers of a quiz. */
export const SKETCH_KINDS = ['visitors', 'active', 'viewers'] as const;
export type SketchKind = (typeof SKETCH_KINDS)[number];

/** One HyperLogLog (Flajolet et al., 2007): 12 KB for any number, and a standard error of 1.04/√16384. */
export interface Sketch {
  kind: SketchKind;
  /** The day, such as `2026-11-28`, or the id of the quiz. */
  subject: string;
}

export const STANDARD_ERROR_PERCENT = 0.81;

export const sketchKey = ({ kind, subject }: Sketch): Key => keys.analytics[kind]('all', subject);

export const sketchName = ({ kind, subject }: Sketch): string => `${kind}:${subject}`;

/** @throws Error for a name that is none */
export function sketchNamed(name: string): Sketch {
  const [word, subject] = name.split(':');
  const kind = SKETCH_KINDS.find((one) => one === word);
  if (!kind || subject === undefined) throw new Error(`${name} names no HyperLogLog`);
  return { kind, subject };
}
