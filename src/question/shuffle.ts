import { createHash, randomInt } from 'node:crypto';

/** A new list in random order, every order equally likely (Fisher–Yates on cryptographic randomness). */
export function shuffled<T>(list: readonly T[]): T[] {
  const pool = [...list];
  return list.flatMap(() => pool.splice(randomInt(pool.length), 1));
}

/**
 * A new list in the order that a seed gives it, always the same: by the SHA-256 of the seed and each id.
 * Where a list was written in its right order, its ids are random, so not even who knows the seed can find that order.
 */
export function shuffledBy<T extends { id: string }>(seed: string, list: readonly T[]): T[] {
  const placed = list.map((one) => ({ one, place: placeOf(seed, one.id) }));
  return placed.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ one }) => one);
}

const placeOf = (seed: string, id: string) => createHash('sha256').update(`${seed}:${id}`).digest('hex');
