/** Whether a request was answered before; the guard asks before it spends a limit. */
export abstract class IdempotencyLookup {
  abstract find(userId: string, key: string): Promise<boolean>;
}
