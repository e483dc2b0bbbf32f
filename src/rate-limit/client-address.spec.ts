import { describe, expect, it } from '@jest/globals';
import { limitAddress, plainAddress } from './client-address.js';

describe('limitAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:aaaa::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:bbbb::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8:9::1]:443', '2001:db8:9:0::/64'],
    ['[2001:db8:9::1]', '2001:db8:9:0::/64'],
    ['not an address', 'unknown'],
    ['0x7f.2', 'unknown'],
    ['127.2', 'unknown'],
    ['203.0.113.9:4711:1', 'unknown'],
    [undefined, 'unknown'],
  ])('counts %s as %s', (ip, expected) => expect(limitAddress(ip)).toBe(expected));
});

describe('plainAddress', () => {
  it('shows IPv4 as IPv4 however it came', () => expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1'));
});
