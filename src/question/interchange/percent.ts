/** A percentage as a credit, by its decimal digits: 33.333 is 0.33333, not 0.33332999999999996. */
export const creditOfPercent = (percent: number): number => Number((percent / 100).toPrecision(15));
