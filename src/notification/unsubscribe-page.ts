import type { INestApplication } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Unsubscriber } from './unsubscriber.service.js';

const HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy':
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

const page = (title: string, ...rest: string[]): string =>
  [
    ...['<!doctype html>', '<html lang="en"><head><meta charset="utf-8">', `<title>${title}</title></head>`],
    ...['<body>', `<h1>${title}</h1>`, ...rest, '</body></html>'],
  ].join('\n');

/**
 * Serves the page that the unsubscribe link of a mail leads to, outside of `/api/v1`. Opening it changes nothing, since
 * mail programs open links by themselves; its button, and the one click of a mail program (RFC 8058), post to it.
 */
export function serveUnsubscribePage(app: INestApplication): void {
  const http = app.getHttpAdapter();
  const unsubscriber = app.get(Unsubscriber);
  const tokenOf = ({ query }: Request): string => (typeof query['token'] === 'string' ? query['token'] : '');
  const answer = (response: Response, status: number, text: string) =>
    response.status(status).set(HEADERS).type('text/html').send(text);

  http.get('/unsubscribe', (request: Request, response: Response) => {
    if (unsubscriber.knows(tokenOf(request)))
      answer(
        response,
        200,
        page(
          'Unsubscribe',
          '<p>Shall these mails end?</p>',
          '<form method="post"><button>Yes, end them</button></form>',
        ),
      );
    else answer(response, 404, page('This link leads nowhere'));
  });
  http.post('/unsubscribe', (request: Request, response: Response) => {
    unsubscriber.unsubscribe(tokenOf(request)).then(
      (isDone) =>
        isDone
          ? answer(response, 200, page('Done', '<p>You get no more of these mails.</p>'))
          : answer(response, 404, page('This link leads nowhere')),
      () => answer(response, 503, page('Not now', '<p>Please try again in a moment.</p>')),
    );
  });
}
