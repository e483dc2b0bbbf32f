import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { tap, type Observable } from 'rxjs';
import type { Tokens } from '../auth.dto.js';
import { DEVICE_TOKEN_HEADER } from '../client.decorator.js';
import { DeviceTokens } from './device-token.service.js';

/** A route may answer with nothing when nobody has signed in. */
type Answer = Tokens | undefined;

/** Gives who has just signed in the token of their device, as a header beside `Tokens`. */
@Injectable()
export class DeviceTokenInterceptor implements NestInterceptor<Answer, Answer> {
  constructor(private readonly devices: DeviceTokens) {}

  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<Answer> {
    const http = context.switchToHttp();
    const sent = http.getRequest<Request>().get(DEVICE_TOKEN_HEADER);
    return next.handle().pipe(
      tap((answer) => {
        if (!answer) return;
        const token = this.devices.issue(answer.user.userId, sent);
        http.getResponse<Response>().setHeader(DEVICE_TOKEN_HEADER, token);
      }),
    );
  }
}
