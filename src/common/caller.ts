export type Role = 'learner' | 'author' | 'admin';

/** Who makes a request or holds a socket, as the session says. */
export interface Caller {
  userId: string;
  sessionId: string;
  username: string;
  role: Role;
}
