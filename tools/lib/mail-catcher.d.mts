export interface CaughtMail {
  id: number;
  receivedAt: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}
export interface MailCatcher {
  /** For SMTP_URL. */
  smtpUrl: string;
  inboxUrl: string;
  /** Newest first; the last 200. */
  messages: CaughtMail[];
  close(): Promise<void>;
}
export function startMailCatcher(ports?: { smtpPort?: number; httpPort?: number }): Promise<MailCatcher>;
