/** The process's clock, so that tests can move it. What nodes must agree on uses Redis or PostgreSQL time instead. */
export class Clock {
  now(): Date {
    return new Date();
  }
}
