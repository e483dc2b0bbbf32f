import { Injectable, Logger } from '@nestjs/common';
import { isTracked } from '../request-context.js';

/** What people do that is counted; the words of `GET /analytics/users/{userId}/activity`. */
export type Deed = 'logins' | 'submissions' | 'messages' | 'quizViews';

/** Who came without a session: nothing of it may be stored as it is. */
export interface Stranger {
  ip: string | undefined;
  userAgent: string | undefined;
}

/** A sign of life, or something somebody did. */
export type Activity =
  | { kind: 'visited'; stranger: Stranger }
  /** By a request, or by an open socket. */
  | { kind: 'seen'; userId: string; sessionId: string }
  /** @property quizId of a quiz that it was done as a learner of */
  | { kind: 'did'; userId: string; deed: Deed; quizId?: string };

/** @param tracked false when the client asked not to be followed (`DNT`, `Sec-GPC`): then it is for no statistics */
export type ActivityListener = (activity: Activity, tracked: boolean) => void;

/**
 * Where features say what people do, and others hear it: within the process, at once, and without a wait. What a
 * listener throws is logged and spoils nothing. Of what somebody does because it was promised, the outbox tells.
 */
@Injectable()
export class Activities {
  private readonly logger = new Logger(Activities.name);
  private readonly listeners: ActivityListener[] = [];

  listen(listener: ActivityListener): void {
    this.listeners.push(listener);
  }

  /** @param tracked as the request or socket event under way says, unless named */
  tell(activity: Activity, tracked = isTracked()): void {
    for (const listener of this.listeners) {
      try {
        listener(activity, tracked);
      } catch (error) {
        this.logger.error({ err: error }, 'an activity was not heard');
      }
    }
  }
}
