import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mayTrack, runWithRequestId } from '../request-context.js';
import { Activities } from './activities.service.js';

const message = { kind: 'did', userId: 'ann', deed: 'messages' } as const;

describe('an activity', () => {
  it('is heard by all, with whether it may count in statistics', () => {
    const activities = new Activities();
    const heard: [unknown, boolean][] = [];
    activities.listen((activity, tracked) => heard.push([activity, tracked]));
    activities.tell(message);
    runWithRequestId('1', () => activities.tell(message), mayTrack({ dnt: '1' }));
    runWithRequestId('2', () => activities.tell(message), mayTrack({ 'sec-gpc': '1' }));
    runWithRequestId('3', () => activities.tell(message), mayTrack({ dnt: '0' }));
    expect(heard).toEqual([true, false, false, true].map((tracked) => [message, tracked]));
  });

  it('is heard by the others when one listener throws', () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const activities = new Activities();
    const heard = jest.fn();
    activities.listen(() => {
      throw new Error('deaf');
    });
    activities.listen(heard);
    activities.tell(message);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
  });
});
