import { describe, expect, it } from '@jest/globals';
import { attachment } from './file-name.js';

describe('attachment', () => {
  it.each([
    ['Redis 1', `attachment; filename="Redis-1.gift"; filename*=UTF-8''Redis%201.gift`],
    [
      'Größe & Maß',
      `attachment; filename="Gro-e-Ma.gift"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%26%20Ma%C3%9F.gift`,
    ],
    [
      '../../etc/"x"\r\nSet-Cookie: a',
      `attachment; filename="etc-x-Set-Cookie-a.gift"; filename*=UTF-8''..%20..%20etc%20x%20Set-Cookie%20a.gift`,
    ],
    ['日本', `attachment; filename="quiz.gift"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.gift`],
    ['///', `attachment; filename="quiz.gift"; filename*=UTF-8''quiz.gift`],
  ])('%s', (title, header) => {
    expect(attachment(title, 'gift')).toBe(header);
  });
});
