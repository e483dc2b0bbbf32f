import { describe, expect, it } from '@jest/globals';
import { ExampleWriter } from './api-examples.js';

const write = new ExampleWriter({
  Quiz: {
    type: 'object',
    required: ['id', 'title', 'status', 'tags', 'limit'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      title: { type: 'string', example: 'Redis' },
      status: { type: 'string', enum: ['draft', 'published'] },
      tags: { type: 'array', items: { type: 'string' } },
      limit: { type: 'integer', nullable: true, minimum: 10 },
      seen: { type: 'boolean' },
      rank: { type: 'integer', example: 7 },
    },
  },
  Page: {
    type: 'object',
    required: ['data', 'quizId'],
    properties: {
      data: { type: 'array', items: { $ref: '#/components/schemas/Quiz' } },
      quizId: { type: 'string', format: 'uuid' },
    },
  },
});

describe('an example made of a schema', () => {
  it('has what must be there, and what may only with an example of its own', () => {
    const { id, ...rest } = write.of({ $ref: '#/components/schemas/Quiz' }) as Record<string, unknown>;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(rest).toEqual({ title: 'Redis', status: 'draft', tags: ['text'], limit: 10, rank: 7 });
  });

  it('calls the same thing by the same id', () => {
    const page = write.of({ $ref: '#/components/schemas/Page' }) as {
      data: { id: string }[];
      quizId: string;
    };
    expect(page.data[0]?.id).toBe(page.quizId);
  });

  it('follows inheritance and takes the first of alternatives', () => {
    const inherited = {
      allOf: [{ $ref: '#/components/schemas/Quiz' }, { type: 'object', example: { more: 1 } }],
    };
    expect(write.of(inherited)).toMatchObject({ title: 'Redis', more: 1 });
    expect(write.of({ oneOf: [{ type: 'number' }, { type: 'string' }] })).toBe(1);
    expect(write.of({ type: 'string', default: 'json' })).toBe('json');
  });
});
