import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

const PASSWORD_INPUT_MAX = 1024;
const LIST = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

export class DeleteAccount {
  /** The password of the account. */
  @ApiProperty({ format: 'password', example: 'seventeen purple kettles' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(PASSWORD_INPUT_MAX)
  password: string;
}

/** Everything that is held on a user. Never in it: the hash of the password, and the secrets of the second factor. */
export class AccountExport {
  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:00:00.000Z' })
  exportedAt: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { username: 'ada', totalScore: 42 } })
  account: object;

  /** Where the account was signed in, with address and device. */
  @ApiProperty(LIST)
  sessions: object[];

  /** With the answers that were given and what they were worth. */
  @ApiProperty(LIST)
  submissions: object[];

  /** Every change of the total score. */
  @ApiProperty(LIST)
  ledger: object[];

  /** The best attempt on each quiz. */
  @ApiProperty(LIST)
  quizStandings: object[];

  /** How many attempts were made at each quiz. */
  @ApiProperty(LIST)
  attempts: object[];

  /** The quizzes written, as they are. */
  @ApiProperty(LIST)
  quizzes: object[];

  /** Every version of them, with its questions. */
  @ApiProperty(LIST)
  quizVersions: object[];

  /** First answers kept for 24 hours under an `Idempotency-Key`. */
  @ApiProperty(LIST)
  idempotencyKeys: object[];

  /** What happened to the account. */
  @ApiProperty(LIST)
  audit: object[];
}
