import type { INestApplication } from '@nestjs/common';
import type { Request, Response } from 'express';
import { readFileSync } from 'node:fs';

const FILES = {
  '/reset-password': ['reset-password.html', 'text/html'],
  '/reset-password/page.js': ['page.js', 'text/javascript'],
  '/reset-password/page.css': ['page.css', 'text/css'],
} as const;

const HEADERS = {
  'Cache-Control': 'no-store',
  // The address holds the token until the script has taken it away.
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
};

/** Serves the page that the link of a reset mail leads to, outside of `/api/v1`: static files, nothing from elsewhere. */
export function serveResetPage(app: INestApplication): void {
  const http = app.getHttpAdapter();
  for (const [path, [file, type]] of Object.entries(FILES)) {
    const content = readFileSync(new URL(`./reset-page/${file}`, import.meta.url), 'utf8');
    http.get(path, (_request: Request, response: Response) => {
      response.set(HEADERS).type(type).send(content);
    });
  }
}
