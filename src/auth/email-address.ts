import { domainToASCII } from 'node:url';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, MaxLength } from 'class-validator';

/** RFC 5321, section 4.5.3.1.3. */
export const EMAIL_MAX = 254;

/** A domain with letters beyond ASCII, and nothing that a URL parser would take for more than a name. */
const INTERNATIONAL = /^(?=.*[^\p{ASCII}])[\p{L}\p{M}\p{N}.-]+$/u;

/** One form for every way to write an address: trimmed, NFC, lower case, its domain in ASCII (RFC 5891). */
export function normaliseEmail(text: string): string {
  const address = text.trim().normalize('NFC').toLowerCase();
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  return INTERNATIONAL.test(domain) ? address.slice(0, at) + (domainToASCII(domain) || domain) : address;
}

/** A field of a body that is an e-mail address; handlers get its one form. */
export const EmailAddress = (example = 'ada@example.org') =>
  applyDecorators(
    ApiProperty({ format: 'email', maxLength: EMAIL_MAX, example }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normaliseEmail(value) : value)),
    // Nobody has a quoted name (`"a b"@…`), and mail programs disagree on where it ends.
    IsEmail({ blacklisted_chars: '"' }),
    MaxLength(EMAIL_MAX),
  );
