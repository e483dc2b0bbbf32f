import { applyDecorators, Header, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { DEVICE_TOKEN_HEADER } from '../client.decorator.js';
import { DeviceTokenInterceptor } from './device-token.interceptor.js';

/** A route whose answers no cache may keep (RFC 6749, section 5.1). */
export const NoStore = () => Header('Cache-Control', 'no-store');

/** A route that answers with `Tokens` because somebody has signed in: never cached, and with the token of the device. */
export const AnswersTokens = () =>
  applyDecorators(
    NoStore(),
    UseInterceptors(DeviceTokenInterceptor),
    ApiHeader({
      name: DEVICE_TOKEN_HEADER,
      required: false,
      description:
        'Who signs in gets this header with the answer. Sent at the next log-in, it counts failed attempts of this ' +
        'device apart, so that strangers who guess at the password cannot lock its owner out. It opens nothing by itself.',
      schema: { type: 'string' },
    }),
  );
