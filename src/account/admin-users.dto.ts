import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import type { Role } from '../common/caller.js';
import { PageInfo, PageQuery } from '../common/page.js';
import { OwnProfile } from '../profile/profile.dto.js';
import type { AccountStatus, ShownStatus } from './account.repository.js';

const ROLES = ['learner', 'author', 'admin'] as const;
const STATUSES = ['active', 'banned'] as const;
const SHOWN_STATUSES = [...STATUSES, 'dormant'] as const;

/** Null is no value of these. */
const isGiven = (_body: object, value: unknown) => value !== undefined;

export class UserQuery extends PageQuery {
  /** Part of a username, display name or e-mail address. */
  @ApiPropertyOptional({ maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  q?: string;
}

/** One of them at least. */
export class ChangeUser {
  @ApiPropertyOptional({ enum: ROLES, example: 'author' })
  @ValidateIf(isGiven)
  @IsIn(ROLES)
  role?: Role;

  /** Who is banned is signed out everywhere, cannot sign in, and stands on no board. */
  @ApiPropertyOptional({ enum: STATUSES, example: 'active' })
  @ValidateIf(isGiven)
  @IsIn(STATUSES)
  status?: AccountStatus;
}

/** A user as administrators see it. */
export class AdminUser extends OwnProfile {
  /** Dormant: nobody used it for long; it is as it was once its owner signs in. */
  @ApiProperty({ enum: SHOWN_STATUSES, example: 'active' })
  status: ShownStatus;
}

export class UserPage {
  @ApiProperty({ type: () => [AdminUser] })
  data: AdminUser[];

  @ApiProperty({ type: () => PageInfo })
  page: PageInfo;
}

/** Something that happened to an account. */
export class AuditEntry {
  @ApiProperty({ format: 'uuid', example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' })
  id: string;

  @ApiProperty({ example: 'role.changed' })
  action: string;

  /** Who did it; null for somebody who was not signed in. */
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  actorId: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { from: 'learner', to: 'author' } })
  details: Record<string, string | number | boolean>;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:00:00.000Z' })
  createdAt: string;
}

export class AuditPage {
  @ApiProperty({ type: () => [AuditEntry] })
  data: AuditEntry[];

  @ApiProperty({ type: () => PageInfo })
  page: PageInfo;
}
