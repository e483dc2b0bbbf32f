export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Null when nothing was measured. */
export function percentiles(values: number[]): Percentiles | null;
