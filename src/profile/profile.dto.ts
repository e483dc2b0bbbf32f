import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsString, ValidateIf } from 'class-validator';
import type { Role } from '../common/caller.js';
import { VisibleText } from './visible-text.validator.js';

/** What anyone who is signed in may know of a user. */
export class Profile {
  @ApiProperty({ format: 'uuid', example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' })
  userId: string;

  @ApiProperty({ example: 'ada' })
  username: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  displayName: string;

  @ApiProperty({ enum: ['learner', 'author', 'admin'], example: 'learner' })
  role: Role;

  /** Points: the best attempts, added up. */
  @ApiProperty({ type: 'integer', example: 42 })
  totalScore: number;

  /** Distinct quizzes with a scored submission. */
  @ApiProperty({ type: 'integer', example: 3 })
  quizzesSolved: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:10:00.000Z' })
  lastActiveAt: string;
}

/** What the user and administrators see beside that. */
export class OwnProfile extends Profile {
  @ApiProperty({ format: 'email', example: 'ada@example.org' })
  email: string;

  @ApiProperty({ example: false })
  emailVerified: boolean;

  /** Whether others see on leaderboards and in results who I am; my rank stays either way. */
  @ApiProperty({ example: true })
  leaderboardVisible: boolean;
}

export class ChangeProfile {
  /** 1–64 characters, shown beside the username. */
  @ApiProperty({ minLength: 1, maxLength: 64, example: 'Ada Lovelace', required: false })
  @ValidateIf((_object, value) => value !== undefined)
  @IsString()
  @VisibleText(64)
  displayName?: string;

  /** Whether others see on leaderboards and in results who I am. */
  @ApiProperty({ example: true, required: false })
  @ValidateIf((_object, value) => value !== undefined)
  @IsBoolean()
  leaderboardVisible?: boolean;
}
