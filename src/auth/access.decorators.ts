import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader } from '@nestjs/swagger';
import type { Role } from '../common/caller.js';

export const PUBLIC = Symbol('public');
export const ROLES = Symbol('roles');
export const IDEMPOTENT = Symbol('idempotent');

export interface PublicOptions {
  /** False for what a probe or a browser must always reach: no limit is spent, Redis is not asked. */
  limited: boolean;
}

/** A route, or all of a controller, that needs no session. */
export const Public = (options: PublicOptions = { limited: true }) => SetMetadata(PUBLIC, options);

/** A route only for these roles; others get `forbidden`. */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES, roles);

/** A route that honours `Idempotency-Key`: its own limit is not spent for a request that was answered before. */
export const Idempotent = () =>
  applyDecorators(
    SetMetadata(IDEMPOTENT, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key and body get the first answer again; kept 24 h',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );

/** Marks a controller in the OpenAPI document as needing an access token, which is also what the guard asks for. */
export const NeedsSession = () => ApiBearerAuth('accessToken');
