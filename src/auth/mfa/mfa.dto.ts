import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

const CODE_MAX = 64;
const PASSWORD_INPUT_MAX = 1024;
const TICKET_MAX = 1024;

export class EnrolTotp {
  /** Your password; needed only when you signed in more than 15 minutes ago. */
  @ApiPropertyOptional({ format: 'password', example: 'seventeen purple kettles' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(PASSWORD_INPUT_MAX)
  password?: string;
}

export class TotpEnrolment {
  /** 160 bits in base32, for those who type it. Shown now and never again. */
  @ApiProperty({ example: 'AI7T2J2F2QXWHB7F7UXM2QOA4BZEDPK5' })
  secret: string;

  /** The same for an authenticator app: show it as a QR code. SHA-1, six digits, 30 s. */
  @ApiProperty({
    format: 'uri',
    example: 'otpauth://totp/RediStack:ada?secret=AI7T2J2F2QXWHB7F7UXM2QOA4BZEDPK5&issuer=RediStack',
  })
  uri: string;
}

export class ConfirmTotp {
  /** The six digits that the authenticator app shows now. */
  @ApiProperty({ maxLength: CODE_MAX, example: '492039' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(CODE_MAX)
  code: string;
}

const TEN_CODES = Array.from({ length: 10 }, (_, index) => `K3QX-7ZPA-MVC2-W5R${index}`);

export class RecoveryCodes {
  /** Ten codes, each good once in place of one of the app. Shown now and never again. */
  @ApiProperty({ type: [String], minItems: 10, maxItems: 10, example: TEN_CODES })
  recoveryCodes: string[];
}

/** One of the two. */
export class DisableTotp {
  /** A code of the authenticator app, or a recovery code. */
  @ApiPropertyOptional({ maxLength: CODE_MAX, example: '492039' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(CODE_MAX)
  code?: string;

  @ApiPropertyOptional({ format: 'password', example: 'seventeen purple kettles' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(PASSWORD_INPUT_MAX)
  password?: string;
}

export class VerifyMfa {
  /** From the `mfa_required` problem. */
  @ApiProperty({ maxLength: TICKET_MAX, example: 'q1w2e3…' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(TICKET_MAX)
  ticket: string;

  /** A code of the authenticator app, or a recovery code; spaces and hyphens do not matter. */
  @ApiProperty({ maxLength: CODE_MAX, example: '492039' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(CODE_MAX)
  code: string;
}
