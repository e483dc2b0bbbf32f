import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { Activities } from '../common/activity/activities.service.js';
import type { Role } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { IdempotencyLookup } from '../common/idempotency/idempotency-lookup.js';
import { isOutage, toAppError } from '../common/problem.js';
import { RATE_LIMIT, type RateLimitRule } from '../rate-limit/rate-limit.decorator.js';
import { mostTelling, requireAllowed, sendRateLimit } from '../rate-limit/rate-limit.headers.js';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';
import type { LimitWindow, WindowStatus } from '../rate-limit/window.js';
import type { AccessRequest } from './access-request.js';
import { AccessTokens } from './access-token.service.js';
import { IDEMPOTENT, PUBLIC, ROLES, type PublicOptions } from './access.decorators.js';
import { bearerOf } from './bearer.js';
import { unauthenticated } from './unauthenticated.js';
import { readIdempotencyKey } from './idempotency-key.js';
import type { SessionId } from './session.scripts.js';
import { SessionService } from './session.service.js';

interface Route {
  open: PublicOptions | undefined;
  rule: RateLimitRule | undefined;
  roles: Role[] | undefined;
  idempotent: boolean;
}

/** The one way in over HTTP: session, limits and role. A request with a session costs one round trip to Redis. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger(AccessGuard.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionService,
    private readonly limiter: RateLimiter,
    private readonly idempotency: IdempotencyLookup,
    private readonly activities: Activities,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<AccessRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    const route = this.routeOf(context);
    if (route.open) {
      await this.admitAnyone(route.open, route.rule, request, response);
      if (isVisit(route, request)) this.activities.tell({ kind: 'visited', stranger: strangerOf(request) });
    } else await this.admitCaller(route, request, response);
    return true;
  }

  private async admitAnyone(
    open: PublicOptions,
    rule: RateLimitRule | undefined,
    request: AccessRequest,
    response: Response,
  ): Promise<void> {
    if (!open.limited) return;
    if (!rule && (await this.admitKnown(request, response))) return;
    const names = ['ANONYMOUS' as const, ...(rule ? [rule.name] : [])];
    const spending = this.limiter.spend(names.map((name) => this.limiter.ofAddress(request.ip, name)));
    try {
      tell(response, await spending);
    } catch (error) {
      // What has a limit of its own fails closed; what anyone may read is read even while Redis is away.
      if (rule || !isOutage(error)) throw error;
      this.uncounted();
    }
  }

  /** Whoever signed in counts as a user on public routes, too: a class shares one address. */
  private async admitKnown(request: AccessRequest, response: Response): Promise<boolean> {
    const session = await this.tokens.verify(bearerOf(request));
    if (!session) return false;
    try {
      const general = this.limiter.ofUser(session.userId, 'USER', 'fixed', '');
      const { caller, statuses } = await this.sessions.admit(session, [general]);
      this.activities.tell({ kind: 'seen', ...session });
      request.caller = caller;
      tell(response, statuses);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'session_expired') return false;
      const failure = toAppError(error);
      if (failure.code !== 'unavailable') throw error;
      request.callerUnknown = failure;
      return this.uncounted();
    }
  }

  private async admitCaller(route: Route, request: AccessRequest, response: Response): Promise<void> {
    const session = await this.tokens.verify(bearerOf(request));
    if (!session) {
      await this.admitAnyone({ limited: true }, undefined, request, response);
      throw unauthenticated();
    }
    const key = route.idempotent ? readIdempotencyKey(request) : undefined;
    const own = route.rule
      ? [this.limiter.ofUser(session.userId, route.rule.name, route.rule.window, key ?? newId())]
      : [];
    const general = this.limiter.ofUser(session.userId, 'USER', 'fixed', '');
    const { caller, statuses } = await this.admitSession(session, key ? [general] : [general, ...own]);
    this.activities.tell({ kind: 'seen', ...session });
    tell(response, statuses);
    requireRole(route.roles, caller.role);
    request.caller = caller;
    if (key === undefined) return;
    request.idempotencyKey = key;
    const replay = await this.idempotency.find(caller.userId, key);
    if (!replay && own.length > 0) tell(response, await this.limiter.spend(own));
  }

  /** A token of a session that has ended is answered as one that is none: whoever holds it learns nothing more. */
  private async admitSession(id: SessionId, windows: LimitWindow[]) {
    try {
      return await this.sessions.admit(id, windows);
    } catch (error) {
      throw error instanceof AppError && error.code === 'session_expired' ? unauthenticated() : error;
    }
  }

  private uncounted(): true {
    this.logger.warn('Redis is away: a request on a public route went uncounted');
    return true;
  }

  private routeOf(context: ExecutionContext): Route {
    const targets = [context.getHandler(), context.getClass()];
    const open = this.reflector.getAllAndOverride<PublicOptions | undefined>(PUBLIC, targets);
    const rule = this.reflector.getAllAndOverride<RateLimitRule | undefined>(RATE_LIMIT, targets);
    if (rule && rule.by !== (open ? 'ip' : 'user'))
      throw new Error(`${rule.name} counts by the wrong thing here`);
    return {
      ...{ open, rule },
      roles: this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, targets),
      idempotent: this.reflector.getAllAndOverride<true | undefined>(IDEMPOTENT, targets) ?? false,
    };
  }
}

/** Whoever has a session, or is about to get one, is known by it: a visitor is not to be told of twice. */
const isVisit = ({ open, rule }: Route, request: AccessRequest): boolean =>
  open?.limited === true && !rule && bearerOf(request) === '';

const strangerOf = ({ ip, headers }: AccessRequest) => ({ ip, userAgent: headers['user-agent'] });

/** Puts the limits into the headers. @throws AppError rate_limited */
function tell(response: Response, statuses: WindowStatus[]): void {
  const status = mostTelling(statuses);
  if (!status) return;
  sendRateLimit(response, status);
  requireAllowed(status);
}

function requireRole(roles: Role[] | undefined, role: Role): void {
  if (roles && !roles.includes(role))
    throw new AppError('forbidden', { detail: `Only for: ${roles.join(', ')}` });
}
