import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const IPV6_PREFIX_PARTS = 4;

/** What all count as who come with no address. */
export const UNKNOWN_ADDRESS = 'unknown';
/** How some proxies forward an address: `203.0.113.9:4711`, `[2001:db8::1]`, `[2001:db8::1]:443`. */
const DRESSED = /^(?:([\d.]+):\d+|\[([^\]]+)\](?::\d+)?)$/;

/** The address as text, without a port, IPv4 where it came mapped into IPv6; `unknown` when it is none. */
export function plainAddress(ip = ''): string {
  const [, v4, v6] = DRESSED.exec(ip) ?? [];
  const bare = v4 ?? v6 ?? ip;
  return isIP(bare) === 0 ? UNKNOWN_ADDRESS : ipaddr.process(bare).toString();
}

/**
 * What an anonymous limit counts by: the IPv4 address, or the /64 of an IPv6 address, since one customer commonly
 * holds a whole /64 (RFC 6177).
 */
export function limitAddress(ip: string | undefined): string {
  const plain = plainAddress(ip);
  if (!ipaddr.IPv6.isValid(plain)) return plain;
  const prefix = ipaddr.IPv6.parse(plain).parts.slice(0, IPV6_PREFIX_PARTS);
  return `${prefix.map((part) => part.toString(16)).join(':')}::/64`;
}
