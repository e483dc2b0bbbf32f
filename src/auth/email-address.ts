import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, MaxLength } from 'class-validator';
import { normaliseEmail } from '../common/email-form.js';

/** RFC 5321, section 4.5.3.1.3. */
export const EMAIL_MAX = 254;

/** A field of a body that is an e-mail address; handlers get its one form. */
export const EmailAddress = (example = 'grace@example.org') =>
  applyDecorators(
    ApiProperty({ format: 'email', maxLength: EMAIL_MAX, example }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normaliseEmail(value) : value)),
    // Nobody has a quoted name (`"a b"@…`), and mail programs disagree on where it ends.
    IsEmail({ blacklisted_chars: '"' }),
    MaxLength(EMAIL_MAX),
  );
