import type { INestApplication } from '@nestjs/common';
import type { Request, Response } from 'express';
import { readFileSync } from 'node:fs';
import { asyncApiDocument } from './asyncapi.document.js';
import { EventsPage } from './events-page.js';

const css = readFileSync(new URL('./events-page/page.css', import.meta.url), 'utf8');

/** Serves the AsyncAPI document at /docs/asyncapi.json and as a page at /docs/events, for anyone. */
export function serveEventDocs(app: INestApplication, publicUrl: string): void {
  // Features register their events when the application is initialised: the first who asks comes after that.
  const document = once(() => asyncApiDocument(app, publicUrl));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => new EventsPage(document()).render());
  const serve = (path: string, type: string, content: () => string) => {
    app.getHttpAdapter().get(path, (_request: Request, response: Response) => {
      response.type(type).send(content());
    });
  };
  serve('/docs/asyncapi.json', 'application/json', json);
  serve('/docs/events', 'text/html', page);
  serve('/docs/events/page.css', 'text/css', () => css);
}

function once<Value>(make: () => Value): () => Value {
  const made: Value[] = [];
  return () => (made[0] ??= make());
}
