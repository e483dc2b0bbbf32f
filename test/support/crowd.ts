import type { QuizView } from './quizzes.js';
import type { Stack } from './stack.js';

/** Users straight in PostgreSQL, as sign-ups, submissions and sign-ins of the past would have left them. */
export interface Crowd {
  stack: Stack;
  count: number;
  /** Each has a standing on two of these, and what scoring writes with it. */
  quizzes: QuizView[];
  /** Whose password they all have. */
  likeUserId: string;
  /** Of ten, so many leave nine days ago. */
  absentOfTen: number;
}

/** Named `crowd_1` and so on. They are there until they leave. */
export async function gather({ stack, count, quizzes, likeUserId, absentOfTen }: Crowd): Promise<void> {
  await stack.sql(
    `INSERT INTO users (id, email, username, username_key, display_name, password_hash, created_at)
     SELECT gen_random_uuid(), 'crowd_' || n || '@example.org', 'crowd_' || n, 'crowd_' || n, 'crowd_' || n,
            (SELECT password_hash FROM users WHERE id = $2),
            now() - make_interval(days => CASE WHEN n % 10 < $3 THEN 9 ELSE n % 3 END)
     FROM generate_series(1, $1::int) AS n`,
    [count, likeUserId, absentOfTen],
  );
  const ids = quizzes.map(({ id }) => id);
  await stack.sql(
    `INSERT INTO quiz_standings (user_id, quiz_id, best, ordinal)
     SELECT id, quiz_id, best, nextval('standing_ordinal') FROM (
       SELECT u.id, ($1::uuid[])[1 + (n + step * 7) % cardinality($1::uuid[])] AS quiz_id, 1 + (n * 7919 + step) % 10 AS best
       FROM (SELECT id, substr(username, 7)::bigint AS n FROM users WHERE username LIKE 'crowd_%') u,
            generate_series(0, 1) AS step ORDER BY n, step) one`,
    [ids],
  );
  await stack.sql(`
    INSERT INTO ledger (submission_id, user_id, quiz_id, delta, solved, seq, total, ordinal, accepted_on)
    SELECT gen_random_uuid(), q.user_id, q.quiz_id, q.best, 1, row_number() OVER w, sum(q.best) OVER w, q.ordinal,
           (u.created_at AT TIME ZONE 'UTC')::date
    FROM quiz_standings q JOIN users u ON u.id = q.user_id WHERE u.username LIKE 'crowd_%'
    WINDOW w AS (PARTITION BY q.user_id ORDER BY q.ordinal)`);
  await stack.sql(`
    UPDATE users u SET total_score = l.total, quizzes_solved = l.seq, seq = l.seq, ordinal = l.ordinal,
                       standing_at = now() - interval '1 day'
    FROM (SELECT DISTINCT ON (user_id) user_id, total, seq, ordinal FROM ledger ORDER BY user_id, seq DESC) l
    WHERE l.user_id = u.id AND u.username LIKE 'crowd_%'`);
  await stack.sql(`
    INSERT INTO sessions (id, user_id, created_at, refreshed_at, expires_at, ip, user_agent)
    SELECT gen_random_uuid(), id, created_at, created_at, created_at + interval '30 days', '203.0.113.9', 'crowd'
    FROM users WHERE username LIKE 'crowd_%'`);
  await stack.sql('ANALYZE');
}

/** Has them be there for the last time when they came. */
export async function leave(stack: Stack): Promise<void> {
  await stack.sql(`UPDATE users SET last_active_at = created_at WHERE username LIKE 'crowd_%'`);
  await stack.sql('ANALYZE users');
}
