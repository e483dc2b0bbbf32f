import ipaddr from 'ipaddr.js';

const IPV6_PREFIX_PARTS = 4;

/** The address as text, IPv4 where it came mapped into IPv6; `unknown` when it is none. */
export function plainAddress(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown';
  return ipaddr.process(ip).toString();
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
