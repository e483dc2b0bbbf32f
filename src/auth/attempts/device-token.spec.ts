import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Secrets } from '../../config/secrets.js';
import { DeviceTokens } from './device-token.service.js';

const DAY_MS = 24 * 3600 * 1000;
const [OLD, NEW] = ['the secret of last year, thirty-two bytes', 'the secret of this year, thirty-two bytes'];
const devices = new DeviceTokens(new Secrets([NEW]));
const later = (days: number) => jest.spyOn(Date, 'now').mockReturnValue(Date.now() + days * DAY_MS);

afterEach(() => void jest.restoreAllMocks());

describe('DeviceTokens', () => {
  it('know a device again, by the account it signed in to only', () => {
    const token = devices.issue('ada', undefined);
    expect(devices.deviceOf('ada', token)).toMatch(/^[\w-]{22}$/);
    for (const userId of ['grace', '', undefined]) expect(devices.deviceOf(userId, token)).toBeUndefined();
  });

  it('give the same device to who sends a good token, and another one to who does not', () => {
    const token = devices.issue('ada', undefined);
    const device = devices.deviceOf('ada', token);
    expect(devices.deviceOf('ada', devices.issue('ada', token))).toBe(device);
    expect(devices.deviceOf('grace', devices.issue('grace', token))).not.toBe(device);
    expect(devices.deviceOf('ada', devices.issue('ada', 'nonsense'))).not.toBe(device);
  });

  it('hold for 400 days after the last log-in', () => {
    const token = devices.issue('ada', undefined);
    later(399);
    expect(devices.deviceOf('ada', token)).toBeDefined();
    jest.restoreAllMocks();
    later(402);
    expect(devices.deviceOf('ada', token)).toBeUndefined();
  });

  it('survive a new secret while the old one is listed', () => {
    const token = new DeviceTokens(new Secrets([OLD])).issue('ada', undefined);
    expect(new DeviceTokens(new Secrets([NEW, OLD])).deviceOf('ada', token)).toBeDefined();
    expect(devices.deviceOf('ada', token)).toBeUndefined();
  });
});
