import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secrets } from '../../config/secrets.js';

/** Given at every log-in anew, so this is since the last one from the device. */
const LIFETIME_DAYS = 400;
const DAY_MS = 24 * 3600 * 1000;
const DEVICE_BYTES = 16;
const SHAPE = /^([\w-]{22})\.(\d{1,6})\.([\w-]{43})$/;

/**
 * Tokens that tell a device which has signed in to an account before (OWASP: device cookies). One opens nothing: its
 * only use is a counter of log-in attempts apart from that of strangers.
 */
@Injectable()
export class DeviceTokens {
  private readonly keys: [Buffer, ...Buffer[]];

  constructor(secrets: Secrets) {
    this.keys = secrets.plainKeys('device token');
  }

  /** A token for whoever has just signed in: of the same device when a good one of this account was sent. */
  issue(userId: string, sent: string | undefined): string {
    const deviceId = this.deviceOf(userId, sent) ?? randomBytes(DEVICE_BYTES).toString('base64url');
    const body = `${deviceId}.${today()}`;
    return `${body}.${macOf(this.keys[0], userId, body)}`;
  }

  /** The device, if the token was issued for this account and is not too old. */
  deviceOf(userId: string | undefined, token: string | undefined): string | undefined {
    const [, deviceId, day, mac] = SHAPE.exec(token ?? '') ?? [];
    if (userId === undefined || deviceId === undefined || day === undefined || mac === undefined)
      return undefined;
    if (today() - Number(day) > LIFETIME_DAYS) return undefined;
    const given = Buffer.from(mac);
    const known = this.keys.some((key) =>
      timingSafeEqual(given, Buffer.from(macOf(key, userId, `${deviceId}.${day}`))),
    );
    return known ? deviceId : undefined;
  }
}

const today = (): number => Math.floor(Date.now() / DAY_MS);

const macOf = (key: Buffer, userId: string, body: string): string =>
  createHmac('sha256', key).update(`${userId}.${body}`).digest('base64url');
