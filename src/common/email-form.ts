import { domainToASCII } from 'node:url';

/** A domain with letters beyond ASCII, and nothing that a URL parser would take for more than a name. */
const INTERNATIONAL = /^(?=.*[^\p{ASCII}])[\p{L}\p{M}\p{N}.-]+$/u;

/** One form for every way to write an address: trimmed, NFC, lower case, its domain in ASCII (RFC 5891). */
export function normaliseEmail(text: string): string {
  const address = text.trim().normalize('NFC').toLowerCase();
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  return INTERNATIONAL.test(domain) ? address.slice(0, at) + (domainToASCII(domain) || domain) : address;
}
