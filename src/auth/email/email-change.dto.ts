import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { EmailAddress } from '../email-address.js';

const PASSWORD_INPUT_MAX = 1024;

export class ChangeEmail {
  @EmailAddress('ada@lovelace.example')
  newEmail: string;

  /** The password of the account. */
  @ApiProperty({ format: 'password', example: 'seventeen purple kettles' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(PASSWORD_INPUT_MAX)
  password: string;
}

export class ConfirmEmail {
  /** The six digits of the mail to the new address. */
  @ApiProperty({ pattern: '^\\d{6}$', example: '042317' })
  @Matches(/^\d{6}$/, { message: 'code has six digits' })
  code: string;
}
