/** What all names of ours begin with. */
export const PREFIX = 'rs';

declare const brand: unique symbol;

/** A Redis key made by the registry; nothing else can make one. */
export type Key = string & { readonly [brand]: true };

/** Who a key belongs to; its `{owner:id}` is the Redis Cluster hash tag, and one script touches one owner. */
export type OwnerKind =
  | 'user'
  | 'ip'
  | 'account'
  | 'custom'
  | 'board'
  | 'queue'
  | 'bus'
  | 'login'
  | 'address'
  | 'cache'
  | 'repeat'
  | 'conversation'
  | 'presence'
  | 'analytics'
  | 'lifecycle';

export interface KeySpec {
  owner: OwnerKind;
  purpose: string;
  /** Names of the parts that follow the purpose. */
  parts?: readonly string[];
  type: 'string' | 'hash' | 'list' | 'set' | 'zset' | 'stream' | 'channel';
  holds: string;
  /** When it goes; a key that never does says why it may stay. */
  expires: string;
  /** Which of them may have no expiry: all, or that of the global board over `all`; none when left out. */
  stays?: 'all' | 'global';
}

export interface KeyMaker {
  (ownerId: string, ...parts: string[]): Key;
  spec: KeySpec;
}

export function key(spec: KeySpec): KeyMaker {
  const make = (ownerId: string, ...parts: string[]) =>
    [PREFIX, `{${spec.owner}:${ownerId}}`, spec.purpose, ...parts].join(':') as Key;
  return Object.assign(make, { spec });
}

/** The `owner:id` between the braces of a key. */
export function ownerOf(name: Key): string {
  const tag = new RegExp(`^${PREFIX}:\\{([^{}]+)\\}:`).exec(name)?.[1];
  if (tag === undefined) throw new Error(`${name} is not a key of the registry`);
  return tag;
}
