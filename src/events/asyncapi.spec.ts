import { describe, expect, it } from '@jest/globals';
import { asyncApiDocument } from './asyncapi.js';

const document: unknown = JSON.parse(JSON.stringify(asyncApiDocument('https://learn.example.org')));

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) =>
    name === '$ref' && typeof child === 'string' ? [child] : references(child),
  );
}

const at = (path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      document,
    );

describe('the AsyncAPI document', () => {
  it('has no reference that leads nowhere', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter((path) => at(path) === undefined)).toEqual([]);
  });

  it('names the server as clients reach it', () => {
    expect(document).toMatchObject({
      asyncapi: '3.0.0',
      servers: { api: { host: 'learn.example.org', protocol: 'wss', pathname: '/socket.io' } },
    });
  });
});
