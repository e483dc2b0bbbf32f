import { ApiProperty } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { EmailAddress } from '../email-address.js';
import { OTP_PURPOSES, type OtpPurpose } from './code-slots.js';

export class AskForOtp {
  @EmailAddress()
  email: string;

  /** What the code shall be good for. */
  @ApiProperty({ enum: OTP_PURPOSES, example: 'login' })
  @IsIn(OTP_PURPOSES)
  purpose: OtpPurpose;
}

export class UseOtp extends AskForOtp {
  /** The six digits of the mail. */
  @ApiProperty({ pattern: '^\\d{6}$', example: '042317' })
  @Matches(/^\d{6}$/, { message: 'code has six digits' })
  code: string;
}
