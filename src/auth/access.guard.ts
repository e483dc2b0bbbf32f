import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { Activities } from '../common/activity/activities.service.js';
import type { Role } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { IdempotencyLookup } from '../common/idempotency/idempotency-lookup.js';
import { toAppError } from '../common/problem.js';
import { RATE_LIMIT } from '../rate-limit/rate-limit.decorator.js';
import { tellLimits } from '../rate-limit/rate-limit.headers.js';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';
import { ANONYMOUS_LIMIT, USER_LIMIT, type LimitedRequest, type RateLimitRule } from '../rate-limit/rule.js';
import type { LimitWindow } from '../rate-limit/window.js';
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
  rules: RateLimitRule[];
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
      await this.admitAnyone(route.open, route.rules, request, response);
      if (isVisit(route, request)) this.activities.tell({ kind: 'visited', stranger: strangerOf(request) });
    } else await this.admitCaller(route, request, response);
    return true;
  }

  private async admitAnyone(
    open: PublicOptions,
    rules: RateLimitRule[],
    request: AccessRequest,
    response: Response,
  ): Promise<void> {
    if (!open.limited) return;
    if (rules.length > 0 || !(await this.admitKnown(request, response)))
      await this.admitStranger(rules, request, response);
  }

  /** @throws AppError rate_limited */
  private async admitStranger(
    rules: RateLimitRule[],
    request: AccessRequest,
    response: Response,
  ): Promise<void> {
    const windows = this.limiter.windows.for(limited(request), [ANONYMOUS_LIMIT, ...rules]);
    tellLimits(response, await this.limiter.spend(windows));
  }

  /** Whoever signed in counts as a user on public routes, too: a class shares one address. */
  private async admitKnown(request: AccessRequest, response: Response): Promise<boolean> {
    const session = await this.tokens.verify(bearerOf(request));
    if (!session) return false;
    try {
      const general = this.limiter.windows.for(limited(request, session.userId), [USER_LIMIT]);
      const { caller, statuses } = await this.sessions.admit(session, general);
      this.activities.tell({ kind: 'seen', ...session });
      request.caller = caller;
      tellLimits(response, statuses);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'session_expired') return false;
      const failure = toAppError(error);
      if (failure.code !== 'unavailable') throw error;
      request.callerUnknown = failure;
      this.logger.warn('Redis is away: a request on a public route went uncounted');
      return true;
    }
  }

  private async admitCaller(route: Route, request: AccessRequest, response: Response): Promise<void> {
    const session = await this.tokens.verify(bearerOf(request));
    if (!session) return await this.turnAway(request, response);
    const key = route.idempotent ? readIdempotencyKey(request) : undefined;
    const described = limited(request, session.userId);
    const general = this.limiter.windows.for(described, [USER_LIMIT]);
    const own = this.limiter.windows.for(described, route.rules, key);
    const admission = await this.admitSession(session, key ? general : [...general, ...own]);
    if (!admission) return await this.turnAway(request, response);
    const { caller, statuses } = admission;
    this.activities.tell({ kind: 'seen', ...session });
    tellLimits(response, statuses);
    requireRole(route.roles, caller.role);
    request.caller = caller;
    if (key === undefined) return;
    request.idempotencyKey = key;
    const replay = await this.idempotency.find(caller.userId, key);
    if (!replay) tellLimits(response, await this.limiter.spend(own));
  }

  /**
   * Counts whoever has no session by their address. A token of a session that has ended is answered as one that is none:
   * whoever holds it learns nothing more.
   * @throws AppError unauthenticated, rate_limited
   */
  private async turnAway(request: AccessRequest, response: Response): Promise<never> {
    await this.admitStranger([], request, response);
    throw unauthenticated();
  }

  /** Undefined when the session has ended. */
  private async admitSession(id: SessionId, windows: LimitWindow[]) {
    try {
      return await this.limiter.spendWith(
        id.userId,
        windows,
        async (ofUser) => await this.sessions.admit(id, ofUser),
      );
    } catch (error) {
      if (error instanceof AppError && error.code === 'session_expired') return undefined;
      throw error;
    }
  }

  private routeOf(context: ExecutionContext): Route {
    const targets = [context.getHandler(), context.getClass()];
    const open = this.reflector.getAllAndOverride<PublicOptions | undefined>(PUBLIC, targets);
    return {
      open,
      rules: this.reflector.getAllAndOverride<RateLimitRule[] | undefined>(RATE_LIMIT, targets) ?? [],
      roles: this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, targets),
      idempotent: this.reflector.getAllAndOverride<true | undefined>(IDEMPOTENT, targets) ?? false,
    };
  }
}

/** Whoever has a session, or is about to get one, is known by it: a visitor is not to be told of twice. */
const isVisit = ({ open, rules }: Route, request: AccessRequest): boolean =>
  open?.limited === true && rules.length === 0 && bearerOf(request) === '';

const strangerOf = ({ ip, headers }: AccessRequest) => ({ ip, userAgent: headers['user-agent'] });

/** What rules may look at. */
function limited({ ip, body, params }: AccessRequest, userId?: string): LimitedRequest {
  return { ip, body: body as unknown, params, ...(userId === undefined ? {} : { userId }) };
}

function requireRole(roles: Role[] | undefined, role: Role): void {
  if (roles && !roles.includes(role))
    throw new AppError('forbidden', { detail: `Only for: ${roles.join(', ')}` });
}
