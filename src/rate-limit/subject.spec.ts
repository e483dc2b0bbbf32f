import { describe, expect, it } from '@jest/globals';
import { parseSubject, textOf } from './subject.js';

const ID = '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10';

describe('the subject of a limit', () => {
  it.each([
    [`user:${ID.toUpperCase()}`, `user:${ID}`],
    ['ip:::ffff:203.0.113.7', 'ip:203.0.113.7'],
    ['ip:2001:db8:1:2:aaaa::1', 'ip:2001:db8:1:2::/64'],
    ['ip:2001:db8:1:2::/64', 'ip:2001:db8:1:2::/64'],
    ['ip:unknown', 'ip:unknown'],
    ['account: Ada@BÜCHER.example', undefined],
    ['account:Ada@BÜCHER.example ', 'account:ada@xn--bcher-kva.example'],
    ['account:Ada', 'account:ada'],
    ['custom:quiz 7', 'custom:quiz 7'],
    ...['user:ada', 'ip:ada', 'ip:10.0.0.0/64', 'ip:10.0.0', 'ip:', 'account:', 'group:1', 'ada', ''].map(
      (text): [string, undefined] => [text, undefined],
    ),
    [`account:${'x'.repeat(301)}`, undefined],
  ])('%j is %j', (text, expected) => {
    const subject = parseSubject(text);
    expect(subject && textOf(subject)).toBe(expected);
  });
});
