/** Whether a process still does anything: a zombie that nobody reaps does not count. */
export function isAlive(pid: number): boolean;
