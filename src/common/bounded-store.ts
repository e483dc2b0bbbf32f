interface Held<T> {
  value: T;
  bytes: number;
}

/** Keeps what was used last, as much as fits in a number of bytes; what is larger than that is not kept at all. */
export class BoundedStore<T> {
  /** In the order of use, the oldest first. */
  private readonly kept = new Map<string, Held<T>>();
  private total = 0;

  constructor(private readonly maxBytes: number) {}

  /** Bytes kept now. */
  get bytes(): number {
    return this.total;
  }

  get(name: string): T | undefined {
    const held = this.take(name);
    if (held) this.put(name, held);
    return held?.value;
  }

  /** @param bytes what it weighs, in whatever way its user reckons */
  set(name: string, value: T, bytes: number): void {
    this.take(name);
    this.put(name, { value, bytes });
    for (const oldest of this.kept.keys()) {
      if (this.total <= this.maxBytes) return;
      this.take(oldest);
    }
  }

  private put(name: string, held: Held<T>): void {
    this.kept.set(name, held);
    this.total += held.bytes;
  }

  private take(name: string): Held<T> | undefined {
    const held = this.kept.get(name);
    if (held && this.kept.delete(name)) this.total -= held.bytes;
    return held;
  }
}
