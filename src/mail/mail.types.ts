/** The mails there are. Whoever sends one of a new kind adds it here and registers its composer in the worker. */
export const MAIL_KINDS = [
  'verify_email',
  'otp',
  'email_change',
  'email_change_requested',
  'email_changed',
  'password_reset',
  'password_changed',
  'mfa_enabled',
  'mfa_disabled',
  'account_deleted',
  'notification',
] as const;

export type MailKind = (typeof MAIL_KINDS)[number];

/** A mail to be promised. */
export interface MailWish {
  kind: MailKind;
  /** Whose it is, where there is an account. */
  userId?: string;
  /** What nobody else may read: addresses, codes, tokens. Sealed wherever the job rests. */
  secret?: Record<string, string>;
}

/** A promised mail, as its composer gets it. */
export interface MailOrder {
  /** Sorted by the time of the promise (UUIDv7); the same however often the job is delivered. */
  jobId: string;
  /** When it was promised. */
  promisedAt: Date;
  userId: string | undefined;
  secret: Record<string, string>;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Where one click ends mails of this kind. */
  unsubscribeUrl?: string;
}

/** Writes a mail when it is about to be sent; undefined when there is nobody to tell, and the job is done. */
export type MailComposer = (order: MailOrder) => Promise<Mail | undefined>;
