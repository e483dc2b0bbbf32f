import { key, type OwnerKind } from './key.js';

/** The limits of an owner: a key of its own for each algorithm, so that a rule that changes it starts anew. */
const limitKeys = (owner: Extract<OwnerKind, 'user' | 'ip' | 'account' | 'custom'>) => ({
  fixed: key({
    ...{ owner, purpose: 'limit', parts: ['name'], type: 'string' },
    holds: 'fixed window: requests so far in the window',
    expires: 'with its window',
  }),
  sliding: key({
    ...{ owner, purpose: 'sliding', parts: ['name'], type: 'zset' },
    holds: 'member a request that was admitted, score its time in ms; at most the limit',
    expires: 'one window after the last entry',
  }),
  gcra: key({
    ...{ owner, purpose: 'gcra', parts: ['name'], type: 'string' },
    holds: 'theoretical arrival time in µs',
    expires: 'at that time, when nothing is spent any more',
  }),
});

/**
 * Every key that RediStack uses. Names are `rs:{owner:id}:purpose[:part…]`; `docs/keys.md` is written from here
 * (`npm run keys:doc`).
 */
export const keys = {
  auth: {
    session: key({
      owner: 'user',
      purpose: 'session',
      parts: ['sessionId'],
      type: 'hash',
      holds: 'state (live or ended), username, role, lastSeenAt and expiresAt (ms)',
      expires:
        'SESSION_IDLE_TTL_SEC after the last request; an ended one when its access tokens have run out',
    }),
    mfaTicket: key({
      owner: 'user',
      purpose: 'mfa-ticket',
      parts: ['ticketId'],
      type: 'string',
      holds: 'codes tried with this ticket of a log-in that waits for its second factor, or `used`',
      expires: '5 minutes after its first use, which is later than the ticket',
    }),
    mfaTries: key({
      owner: 'user',
      purpose: 'mfa-tries',
      parts: ['scope'],
      type: 'zset',
      holds: 'member a try at the second factor that was not right, score its time in ms; at most 10',
      expires: '1 hour after the last',
    }),
    attempts: key({
      owner: 'login',
      purpose: 'attempts',
      type: 'hash',
      holds:
        'failed log-ins of an account, or of a name nobody has (a keyed hash): field `strangers` or a known device, JSON',
      expires: '24 hours after the last failure; emptied by a log-in, deleted by a password reset',
    }),
    /** Channel, not a key: tells every API process that a session ended. */
    ended: key({
      owner: 'bus',
      purpose: 'session-ended',
      type: 'channel',
      holds: 'userId:sessionId of a session that ended',
      expires: 'not stored',
    }),
  },
  /** One-time codes. The owner `address` is a keyed hash of an e-mail address: no key tells whose it is. */
  code: {
    otp: key({
      owner: 'address',
      purpose: 'otp',
      parts: ['purpose'],
      type: 'hash',
      holds: 'hash (keyed), holder (userId), order (of the mail) and guesses of the code that was sent last',
      expires: '10 minutes after it was made; at its use or its fifth wrong guess',
    }),
    otpGuesses: key({
      owner: 'address',
      purpose: 'otp-guesses',
      type: 'zset',
      holds: 'member a guess at any code of the address, score time in ms; at most 20',
      expires: 'one hour after the last guess',
    }),
    asked: key({
      owner: 'address',
      purpose: 'otp-asked',
      parts: ['purpose'],
      type: 'zset',
      holds: 'member a request that a mail follows, score time in ms; at most 5',
      expires: 'one hour after the last',
    }),
    emailChange: key({
      owner: 'user',
      purpose: 'email-change',
      type: 'hash',
      holds:
        'hash (keyed), holder (the new address, sealed), order and guesses of the code that was sent last',
      expires: '10 minutes after it was made; at its use or its fifth wrong guess',
    }),
    emailChangeGuesses: key({
      owner: 'user',
      purpose: 'email-change-guesses',
      type: 'zset',
      holds: 'member a guess at any such code of the user, score time in ms; at most 20',
      expires: 'one hour after the last guess',
    }),
    emailChangeAsked: key({
      owner: 'user',
      purpose: 'email-change-asked',
      type: 'zset',
      holds: 'member a request for such a code, score time in ms; at most 5',
      expires: 'one hour after the last',
    }),
  },
  limit: limitKeys('user'),
  addressLimit: limitKeys('ip'),
  accountLimit: limitKeys('account'),
  customLimit: limitKeys('custom'),
  profile: {
    profile: key({
      owner: 'user',
      purpose: 'profile',
      type: 'hash',
      holds:
        'the fields of Profile, and seq, the number of the last change applied; of a deleted account only seq',
      expires:
        '24 hours after it was last loaded or changed, or up to a tenth less, drawn each time; 1 hour when deleted',
    }),
  },
  events: {
    /** Topics of a user: `user`. The stream's name is also the Pub/Sub channel of its notices. */
    userStream: key({
      owner: 'user',
      purpose: 'events',
      type: 'stream',
      holds: 'events of the topic `user`; id `<seq>-0`',
      expires: '7 days after the last event',
    }),
    userTopic: key({
      owner: 'user',
      purpose: 'topic',
      type: 'hash',
      holds: 'epoch and seq of the topic `user`, and run, the run_id of the Redis it began in',
      expires: 'together with its stream',
    }),
    announced: key({
      owner: 'user',
      purpose: 'announced',
      parts: ['occasion'],
      type: 'string',
      holds:
        '1 when the event of an occasion has been appended to the topic `user`: of a score, of a notification',
      expires: '24 hours',
    }),
    conversationStream: key({
      owner: 'conversation',
      purpose: 'events',
      type: 'stream',
      holds: 'the last events of a conversation, some 1,000, numbered by PostgreSQL; id `<seq>-0`',
      expires: '7 days after the last event',
    }),
    conversationTopic: key({
      owner: 'conversation',
      purpose: 'topic',
      type: 'hash',
      holds: 'epoch and the last seq that has been told',
      expires: 'together with its stream',
    }),
    /** Of presence:{userId}, on which nothing is kept: the name that a stream would have is the channel. */
    presenceStream: key({
      owner: 'user',
      purpose: 'presence-events',
      type: 'channel',
      holds: 'events of the topic presence:{userId}',
      expires: 'not stored',
    }),
    presenceTopic: key({
      owner: 'user',
      purpose: 'presence-topic',
      type: 'hash',
      holds: 'epoch of the topic presence:{userId}, seq 0, and run, the run_id of the Redis it began in',
      expires: '7 days after it began',
    }),
    boardStream: key({
      owner: 'board',
      purpose: 'events',
      type: 'stream',
      holds: 'events of the topic leaderboard:{board}; id `<seq>-0`',
      expires: '7 days after the last event',
    }),
    boardTopic: key({
      owner: 'board',
      purpose: 'topic',
      type: 'hash',
      holds: 'epoch and seq of the topic leaderboard:{board}, and run, the run_id of the Redis it began in',
      expires: 'together with its stream',
    }),
  },
  /**
   * What Cache keeps; the owner's id is the name of the value, such as `results:{quizId}` without the braces. Names and
   * lifetimes are in docs/decisions/0017-cache-aside.md.
   */
  cache: {
    value: key({
      owner: 'cache',
      purpose: 'value',
      type: 'string',
      holds: 'when it was stored (ms), a colon, and the value as JSON',
      expires:
        'after the time its feature names, or up to a tenth less, drawn each time; deleted by an update',
    }),
    lease: key({
      owner: 'cache',
      purpose: 'lease',
      type: 'string',
      holds: 'the token of the reader that loads the value',
      expires: '6 seconds, or when the value is stored',
    }),
    updates: key({
      owner: 'cache',
      purpose: 'updates',
      type: 'zset',
      holds: 'member an update under way, score until when (ms) what is loaded may not be kept',
      expires: '8 seconds after the last was begun or renewed',
    }),
  },
  /** A part of each: the key of a board's period, `all` or such as `2026-W48`. */
  leaderboard: {
    standings: key({
      owner: 'board',
      purpose: 'standings',
      parts: ['period'],
      type: 'zset',
      holds: 'member userId, score points and ordinal in one number (board-score.ts)',
      expires:
        'of global and all never: bounded by the number of users, and rebuilt from PostgreSQL when lost; of others 2 days after they were last read or changed',
      stays: 'global',
    }),
    fences: key({
      owner: 'board',
      purpose: 'fences',
      parts: ['period'],
      type: 'zset',
      holds: 'member userId, score the seq below which writes are stale',
      expires: 'one hour after the last removal or decrease',
    }),
    hidden: key({
      owner: 'board',
      purpose: 'hidden',
      parts: ['period'],
      type: 'set',
      holds: 'userIds of members whom events do not name',
      expires: 'as the standings do',
      stays: 'global',
    }),
    ready: key({
      owner: 'board',
      purpose: 'ready',
      parts: ['period'],
      type: 'string',
      holds: 'the marker: run_id of the Redis in which the board was built whole',
      expires:
        'of global and all never, of others 1 day after they were last read; its absence says that the board must be rebuilt',
      stays: 'global',
    }),
    seen: key({
      owner: 'board',
      purpose: 'seen',
      parts: ['period'],
      type: 'string',
      holds: 'when the board was last known to be whole (ms), of global and all only',
      expires: 'never: one small key, written each second',
      stays: 'global',
    }),
    rebuild: key({
      owner: 'board',
      purpose: 'rebuild',
      parts: ['period'],
      type: 'string',
      holds: 'the token of the process that rebuilds the board',
      expires: '15 seconds unless renewed',
    }),
  },
  jobs: {
    turn: key({
      owner: 'repeat',
      purpose: 'turn',
      type: 'string',
      holds: 'the token of the worker whose turn it is to do work that comes round',
      expires:
        'shortly before the next turn, or when the work is done if that takes longer; that of the lifecycle, as soon as it is done',
    }),
    runs: key({
      owner: 'repeat',
      purpose: 'runs',
      type: 'hash',
      holds:
        'the last run of each work that comes round: when it began (ms), how long it took, what it did (JSON)',
      expires: '8 days after the last run of any',
    }),
  },
  /** Whose accounts are used. The owner's id is `all`. */
  lifecycle: {
    lastSeen: key({
      owner: 'lifecycle',
      purpose: 'last-seen',
      type: 'zset',
      holds: 'member userId, score when the user was last seen (ms); who is dormant is not in it',
      expires: 'a day longer than INACTIVE_AFTER_DAYS after anybody was last seen',
    }),
    scanned: key({
      owner: 'lifecycle',
      purpose: 'scanned',
      type: 'string',
      holds: 'how far the search for keys that nobody knows is: a cursor of SCAN',
      expires: '1 day after the last step',
    }),
  },
  /** Who is there. What the owner `presence` has is of all users; its id is `all`. */
  presence: {
    leases: key({
      owner: 'user',
      purpose: 'presence-leases',
      parts: ['status'],
      type: 'zset',
      holds: 'member a connection that is `online` or `away`, score when its lease ends (ms)',
      expires: '27 seconds after the last heartbeat',
    }),
    presence: key({
      owner: 'user',
      purpose: 'presence',
      type: 'hash',
      holds: 'status as it was told last, and lastSeenAt (ms)',
      expires: '1 day after the last connection; PostgreSQL has lastSeenAt by then',
    }),
    due: key({
      owner: 'presence',
      purpose: 'due',
      type: 'zset',
      holds: 'member userId, score when to look whether a lease of theirs has ended (ms)',
      expires: '1 day after the last heartbeat of any connection',
    }),
    watch: key({
      owner: 'presence',
      purpose: 'watch',
      type: 'hash',
      holds:
        'run, the run_id of this Redis; began, since when leases have been watched without a break, and seen, when any process last looked (ms)',
      expires: '1 day after any process last looked',
    }),
  },
  /** Figures on what people do; the owner's id is `all`, so that HyperLogLogs of any days can be merged. */
  analytics: {
    visitors: key({
      owner: 'analytics',
      purpose: 'visitors',
      parts: ['day'],
      type: 'string',
      holds: 'HyperLogLog: sessions, and hashes of address and agent with a salt of the day',
      expires: '90 days after the last new one; saved to PostgreSQL every 2 minutes',
    }),
    active: key({
      owner: 'analytics',
      purpose: 'active',
      parts: ['day'],
      type: 'string',
      holds: 'HyperLogLog: userIds seen that day',
      expires: '90 days after the last new one; saved to PostgreSQL every 2 minutes',
    }),
    viewers: key({
      owner: 'analytics',
      purpose: 'viewers',
      parts: ['quizId'],
      type: 'string',
      holds: 'HyperLogLog: userIds of learners who looked at the quiz',
      expires: '90 days after the last new one; saved to PostgreSQL every 2 minutes',
    }),
    /** Temporary, for counting and saving. */
    merged: key({
      owner: 'analytics',
      purpose: 'merged',
      parts: ['token', 'part'],
      type: 'string',
      holds:
        'HyperLogLog: what Redis and PostgreSQL have of a day, a range or a quiz, merged to be counted or saved',
      expires: 'deleted when it was read, after a minute at the latest',
    }),
    changed: key({
      owner: 'analytics',
      purpose: 'changed',
      type: 'zset',
      holds:
        'member a HyperLogLog that is not saved as it is, such as `visitors:2026-11-28`, score how often it changed',
      expires: '90 days after the last change; emptied as they are saved',
    }),
    batch: key({
      owner: 'analytics',
      purpose: 'batch',
      parts: ['recorderId'],
      type: 'string',
      holds: 'the number of the last batch that was recorded of an API process',
      expires: '1 day after its last batch',
    }),
    pending: key({
      owner: 'analytics',
      purpose: 'pending',
      type: 'hash',
      holds:
        'what is not in PostgreSQL yet: field userId, day and deed with bars between, and how often (`HINCRBY`); `id`, under which it is added there once',
      expires: '90 days after the last change; becomes `saving` every 2 minutes',
    }),
    saving: key({
      owner: 'analytics',
      purpose: 'saving',
      type: 'hash',
      holds: 'as `pending`: what is being added to PostgreSQL, and changes no more',
      expires: 'deleted when it was added; 90 days after it began if nobody ever does',
    }),
    saved: key({
      owner: 'analytics',
      purpose: 'saved',
      type: 'string',
      holds: 'the id of what was added to PostgreSQL last',
      expires: '1 day after it was',
    }),
    top: key({
      owner: 'analytics',
      purpose: 'top',
      parts: ['deed', 'period'],
      type: 'zset',
      holds:
        'member userId, score how often (`ZINCRBY`); an empty member with 0: the set is there when it is whole, or not at all',
      expires: '1 hour after it was last read; built from PostgreSQL when it is read again',
    }),
    building: key({
      owner: 'analytics',
      purpose: 'building',
      type: 'string',
      holds: 'the token of the process that builds such a set: one at a time',
      expires: '30 seconds unless renewed',
    }),
    half: key({
      owner: 'analytics',
      purpose: 'half',
      parts: ['token'],
      type: 'zset',
      holds: 'a set that is being built; renamed when it is whole',
      expires: '30 seconds unless renewed',
    }),
  },
  queue: {
    waiting: key({
      owner: 'queue',
      purpose: 'waiting',
      type: 'list',
      holds: 'ids of jobs to do; taken from the right',
      expires: 'never: empties as jobs are done, and refilled from PostgreSQL when lost',
      stays: 'all',
    }),
    waitingHigh: key({
      owner: 'queue',
      purpose: 'waiting-high',
      type: 'list',
      holds: 'ids of urgent jobs to do; taken from the right',
      expires: 'never: empties as jobs are done, and refilled from PostgreSQL when lost',
      stays: 'all',
    }),
    waitingLow: key({
      owner: 'queue',
      purpose: 'waiting-low',
      type: 'list',
      holds: 'ids of less urgent jobs to do; taken from the right',
      expires: 'never: empties as jobs are done, and refilled from PostgreSQL when lost',
      stays: 'all',
    }),
    bell: key({
      owner: 'queue',
      purpose: 'bell',
      type: 'list',
      holds: 'one entry for each job that came lately, at most one for each worker; idle workers wait for it',
      expires: '1 minute after it was last rung',
    }),
    active: key({
      owner: 'queue',
      purpose: 'active',
      parts: ['workerId'],
      type: 'list',
      holds: 'ids of jobs that this worker has taken and not finished',
      expires: 'never: emptied by its worker, or by the others when its lease ends',
      stays: 'all',
    }),
    delayed: key({
      owner: 'queue',
      purpose: 'delayed',
      type: 'zset',
      holds: 'ids of jobs that wait for a retry, score due time in ms',
      expires: 'never: emptied as jobs fall due',
      stays: 'all',
    }),
    failed: key({
      owner: 'queue',
      purpose: 'failed',
      type: 'zset',
      holds: 'ids of jobs that were given up, score time in ms',
      expires: 'never: bounded to the newest 10,000',
      stays: 'all',
    }),
    workers: key({
      owner: 'queue',
      purpose: 'workers',
      type: 'zset',
      holds: 'workerId, score the end of its lease in ms',
      expires: 'never: a worker that is gone is removed with its last job',
      stays: 'all',
    }),
    paused: key({
      owner: 'queue',
      purpose: 'paused',
      type: 'string',
      holds: '1 while workers shall take no jobs',
      expires: 'never: an operator ends the pause',
      stays: 'all',
    }),
    completed: key({
      owner: 'queue',
      purpose: 'completed',
      type: 'stream',
      holds:
        'the last jobs that were done, some 1,000: id, data up to 1 KB, attempts, enqueuedAt and completedAt (ms)',
      expires: '24 hours after the last',
    }),
    counts: key({
      owner: 'queue',
      purpose: 'counts',
      type: 'hash',
      holds: 'how many jobs were completed and failed so far; whose turn it was last among the priorities',
      expires: 'never: three numbers',
      stays: 'all',
    }),
    job: key({
      owner: 'queue',
      purpose: 'job',
      parts: ['jobId'],
      type: 'hash',
      holds:
        'data (JSON), priority, attempts, crashes, outages, alone, risky, removed, revived, givenUp, progress, error, history, enqueuedAt and failedAt (ms)',
      expires:
        'deleted when done; an hour after it was due, taken or put aside; 7 days once failed, retried by an operator, or removed',
    }),
  },
};
