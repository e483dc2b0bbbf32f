import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { EmailAddress } from '../email-address.js';

const INPUT_MAX = 1024;

const NewPassword = (target: object, name: string) => {
  ApiProperty({
    format: 'password',
    minLength: 12,
    maxLength: 128,
    example: 'nineteen amber lanterns',
    description: '12–128 characters; not a common one, not made of your own name or address',
  })(target, name);
  IsString()(target, name);
  MaxLength(INPUT_MAX)(target, name);
};

export class ForgotPassword {
  @EmailAddress()
  email: string;
}

export class ResetPassword {
  /** From the link in the mail; good once, for 30 minutes. */
  @ApiProperty({ example: 'q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(INPUT_MAX)
  token: string;

  @NewPassword
  newPassword: string;
}

export class ChangePassword {
  @ApiProperty({ format: 'password', example: 'seventeen purple kettles' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(INPUT_MAX)
  currentPassword: string;

  @NewPassword
  newPassword: string;
}
