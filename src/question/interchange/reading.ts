/** How much of a file a reader goes through before it says so, in characters. */
export const SLICE = 16 * 1024;

/** What a reader yields between its finds, at least once a slice: still reading, and others may have their turn. */
export const READING = Symbol('reading');
export type Reading = typeof READING;

/** What comes of a file, in its order. */
export type Finds<T> = Generator<T | Reading, void>;
