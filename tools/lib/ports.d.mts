/** A TCP port on 127.0.0.1 that nobody listens on at this moment; the preferred one when that is free. */
export function freePort(preferred?: number): Promise<number>;
export function tryPort(port: number, host?: string): Promise<number | null>;
export function isPortFree(port: number): Promise<boolean>;
