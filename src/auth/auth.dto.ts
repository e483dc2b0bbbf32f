import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { PageInfo } from '../common/page.js';
import { OwnProfile } from '../profile/profile.dto.js';
import { EMAIL_MAX, EmailAddress } from './email-address.js';

const PASSWORD_INPUT_MAX = 1024;

const lowerCase = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));

export class SignUp {
  /** Kept trimmed, in lower case, with the domain in ASCII. */
  @EmailAddress()
  email: string;

  /** 3–30 letters a–z, digits and `_`. Upper case is taken and kept as lower case: `Ada` and `ada` are one. */
  @ApiProperty({
    ...{ minLength: 3, maxLength: 30, pattern: '^[A-Za-z0-9_]{3,30}$', example: 'grace' },
    description: 'Letters a–z, digits and `_`; upper case is kept as lower case',
  })
  @lowerCase()
  @IsString()
  @Matches(/^[a-z0-9_]{3,30}$/, { message: 'username takes 3 to 30 letters a-z, digits and _' })
  username: string;

  /** 12–128 characters; not a common one, not made of your own name or address. */
  @ApiProperty({
    format: 'password',
    minLength: 12,
    maxLength: 128,
    example: 'seventeen purple kettles',
  })
  @IsString()
  @MaxLength(PASSWORD_INPUT_MAX)
  password: string;
}

export class LogIn {
  /** The e-mail address or the username. */
  @ApiProperty({ maxLength: EMAIL_MAX, example: 'grace' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(EMAIL_MAX)
  identifier: string;

  @ApiProperty({ format: 'password', example: 'seventeen purple kettles' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(PASSWORD_INPUT_MAX)
  password: string;
}

export class Refresh {
  @ApiProperty({ example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10.0.q1w2…' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(PASSWORD_INPUT_MAX)
  refreshToken: string;
}

export class Session {
  @ApiProperty({ format: 'uuid', example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' })
  id: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:10:00.000Z' })
  lastSeenAt: string;

  /** The latest it can last; unused, it ends earlier. */
  @ApiProperty({ format: 'date-time', example: '2026-12-22T09:00:00.000Z' })
  expiresAt: string;

  @ApiProperty({ example: '203.0.113.7' })
  ip: string;

  @ApiProperty({ example: 'curl/8.5.0' })
  userAgent: string;

  /** Whether it is the one that asks. */
  @ApiProperty({ example: true })
  current: boolean;
}

export class SessionPage {
  @ApiProperty({ type: () => [Session] })
  data: Session[];

  @ApiProperty({ type: () => PageInfo })
  page: PageInfo;
}

export class Tokens {
  @ApiProperty({ enum: ['Bearer'] })
  tokenType: 'Bearer';

  @ApiProperty({ example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…' })
  accessToken: string;

  /** Seconds until the access token runs out. */
  @ApiProperty({ type: 'integer', example: 600 })
  expiresIn: number;

  /** Good for one refresh, which answers with the next. */
  @ApiProperty({ example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10.0.q1w2…' })
  refreshToken: string;

  @ApiProperty({ type: () => Session })
  session: Session;

  @ApiProperty({ type: () => OwnProfile })
  user: OwnProfile;
}
