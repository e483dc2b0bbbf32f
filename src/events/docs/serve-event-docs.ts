import type { INestApplication } from '@nestjs/common';
import type { Request, Response } from 'express';
import { asyncApiDocument } from './asyncapi.document.js';

/** Serves the AsyncAPI document at /docs/asyncapi.json for anyone. */
export function serveEventDocs(app: INestApplication, publicUrl: string): void {
  // Features register their events when the application is initialised: the first who asks comes after that.
  const document = once(() => asyncApiDocument(app, publicUrl));
  const json = once(() => JSON.stringify(document()));
  const serve = (path: string, type: string, content: () => string) => {
    app.getHttpAdapter().get(path, (_request: Request, response: Response) => {
      response.type(type).send(content());
    });
  };
  serve('/docs/asyncapi.json', 'application/json', json);
}

function once<Value>(make: () => Value): () => Value {
  const made: Value[] = [];
  return () => (made[0] ??= make());
}
