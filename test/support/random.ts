import { seeded, shuffled } from '../../tools/play/random.mjs';

/** Choices that a seed repeats. */
export interface Random {
  /** Of 0 to `count` − 1. */
  below(count: number): number;
  chance(probability: number): boolean;
  of<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}

export function randomFrom(seed: number): Random {
  const next = seeded(seed);
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    chance: (probability) => next() < probability,
    of: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new Error('There is nothing to choose from');
      return chosen;
    },
    shuffled: (list) => shuffled(list, next),
  };
}
