import { describe, expect, it } from '@jest/globals';
import { normaliseEmail } from './email-form.js';

describe('an e-mail address', () => {
  it.each([
    ['  Ada@Example.ORG\n', 'ada@example.org'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BU\u0308CHER.example', 'ada@xn--bcher-kva.example'],
    ['jose\u0301@example.org', 'jos\u00e9@example.org'],
    ['Ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
  ])('has one form: %j', (written, form) => {
    expect(normaliseEmail(written)).toBe(form);
    expect(normaliseEmail(form)).toBe(form);
  });

  it.each(['ada@bücher.example/x@example.org', 'ada@bücher example', 'ada@bücher.example:25', 'ada', ''])(
    'is left to be refused when it is none: %j',
    (written) => expect(normaliseEmail(written)).toBe(written),
  );
});
