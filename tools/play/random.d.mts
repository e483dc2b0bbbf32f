/** 0 ≤ x < 1 */
export type Random = () => number;
export function seeded(seed: number): Random;
export function shuffled<T>(list: readonly T[], random: Random): T[];
export function pick<T>(list: readonly T[], random: Random): T | undefined;
