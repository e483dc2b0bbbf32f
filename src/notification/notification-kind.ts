import type { Type } from '@nestjs/common';

/** How a user is told. */
export interface Channels {
  inApp: boolean;
  email: boolean;
}

/** What a mail about a notification says. */
export interface NotificationMail {
  subject: string;
  paragraphs: [string, ...string[]];
  /** A page of the front end; the path is put behind PUBLIC_URL. */
  action?: { label: string; path: string };
}

/** One kind of notification: an entry here, and all else follows. */
export interface NotificationKind<Data extends object = object> {
  /** snake_case; the key of its preference. */
  name: string;
  /** When one is told, for who chooses. */
  summary: string;
  data: Type<Data>;
  /** What everybody has who has not chosen. */
  defaults: Channels;
  /** How long a mail waits for its reader to come by; who has read it gets none. */
  mailAfterMs: number;
  /** Whether it is still so when the mail is about to be sent; taken to be when absent. */
  stillHolds?(data: Data, user: { lastActiveAt: Date }): boolean;
  /** Its mail comes however many others its user had that day: it is rare, and does not come again. */
  isOwed?: boolean;
  /** One sentence. */
  text(data: Data): string;
  mail(data: Data): NotificationMail;
  example: Data;
}

const catalogue = new Map<string, NotificationKind>();

/** Adds a kind to the catalogue. @throws Error when there is one of that name */
export function notificationKind<Data extends object>(kind: NotificationKind<Data>): NotificationKind<Data> {
  if (catalogue.has(kind.name)) throw new Error(`There are two kinds of notification called ${kind.name}`);
  catalogue.set(kind.name, kind);
  return kind;
}

export const notificationKinds = (): NotificationKind[] => [...catalogue.values()];

/** Undefined for one that is told no more. */
export const kindNamed = (name: string): NotificationKind | undefined => catalogue.get(name);
